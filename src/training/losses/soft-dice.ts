import * as tf from '@tensorflow/tfjs-core';
import type { LossSettings } from '../../config/schema/configuration.ts';
import { classWeights, type Loss, spatialSum } from './loss.ts';

type Settings = Omit<Extract<LossSettings, { name: 'soft_dice' }>, 'name'>;

/**
 * 1 − Dice of the probabilities, a mean over crops and classes. With squares in the denominator it is InnerEye's
 * (`InnerEye/ML/models/losses/soft_dice.py`, after V-Net, Milletari et al. 2016): 1 − 2 · mean(I · w / S) with
 * I = Σ(p·t + 1e-10) and S = Σ(p² + 1e-10) + Σ(t² + 1e-10); with plain sums nnU-Net's and MONAI's:
 * 1 − mean((2 Σ p·t + 1e-5) / (Σ p + Σ t + 1e-5)).
 */
export function softDice(settings: Settings): Loss {
  return ({ probabilities }, { oneHot, mask, drawn }) => {
    const truth = mask ? tf.mul(oneHot, mask) : oneHot;
    const predicted = mask ? tf.mul(probabilities, mask) : probabilities;
    const [, z, y, x] = oneHot.shape;
    const overBatch = (sums: tf.Tensor2D) => (settings.batch ? (tf.sum(sums, 0, true) as tf.Tensor2D) : sums);
    const overlap = overBatch(spatialSum(tf.mul(predicted, truth)));
    const square = (tensor: tf.Tensor) => (settings.squared ? tf.square(tensor) : tensor);
    // The squares of ones and zeros are themselves.
    const sizes = tf.add(overBatch(spatialSum(square(predicted))), overBatch(spatialSum(truth)));

    const weights =
      settings.class_weight_power === undefined
        ? undefined
        : classWeights(oneHot, settings.class_weight_power);
    const weigh = (tensor: tf.Tensor) => (weights ? tf.mul(tensor, weights) : tensor);
    const voxels = z * y * x * (settings.batch ? oneHot.shape[0] : 1);
    const dice = settings.squared
      ? tf.div(tf.mul(2, weigh(tf.add(overlap, voxels * 1e-10))), tf.add(sizes, 2e-10 * voxels))
      : weigh(tf.div(tf.add(tf.mul(2, overlap), 1e-5), tf.add(sizes, 1e-5)));
    const classes = oneHot.shape[4];
    const counted = (tensor: tf.Tensor2D) =>
      settings.background ? tensor : tf.slice(tensor, [0, 1], [-1, classes - 1]);
    const values = counted(dice as tf.Tensor2D);
    if (!drawn) return tf.sub(1, tf.mean(values)) as tf.Scalar;
    const counts = counted(settings.batch ? (tf.max(drawn, 0, true) as tf.Tensor2D) : drawn);
    return tf.sub(1, tf.div(tf.sum(tf.mul(values, counts)), tf.maximum(tf.sum(counts), 1))) as tf.Scalar;
  };
}
