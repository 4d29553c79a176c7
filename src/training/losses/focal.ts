import * as tf from '@tensorflow/tfjs-core';
import type { LossSettings } from '../../config/schema/configuration.ts';
import { classWeights, type Loss, maskedMean, smooth } from './loss.ts';

type Settings = Omit<Extract<LossSettings, { name: 'focal' }>, 'name'>;

/**
 * Cross-entropy in which each voxel weighs (1 − p + 1e-6)^γ, p its probability of the right class (Lin et al. 2017); as
 * in InnerEye's `cross_entropy.py` the weights carry no gradient and are scaled to a mean of 1.
 */
export function focal(settings: Settings): Loss {
  return ({ logProbabilities, probabilities }, { oneHot, mask }) => {
    const weights = constant([probabilities, oneHot], ([p, truth]) => {
      const right = tf.sum(tf.mul(p!, truth!), 4);
      const raw = tf.pow(tf.add(tf.sub(1, right), 1e-6), settings.gamma);
      return tf.div(raw, tf.add(maskedMean(raw, mask), 1e-6));
    });
    const target = smooth(oneHot, settings.label_smoothing);
    const weighted =
      settings.class_weight_power === undefined
        ? target
        : tf.mul(target, classWeights(oneHot, settings.class_weight_power));
    return maskedMean(tf.mul(tf.neg(tf.sum(tf.mul(weighted, logProbabilities), 4)), weights), mask);
  };
}

/** A value of the inputs that gradients take as given. */
function constant(inputs: tf.Tensor[], compute: (inputs: tf.Tensor[]) => tf.Tensor): tf.Tensor {
  const detached = tf.customGrad((...args) => {
    const tensors = args.slice(0, -1) as tf.Tensor[];
    // The inputs may be gone when the gradient is asked for; their shapes are not.
    const shapes = tensors.map(({ shape }) => shape);
    return { value: compute(tensors), gradFunc: () => shapes.map(shape => tf.zeros(shape)) };
  });
  return detached(...inputs);
}
