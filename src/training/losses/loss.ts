import * as tf from '@tensorflow/tfjs-core';

/** What the network says of a batch, in the forms that losses need; each is computed once. */
export interface Prediction {
  /** `[batch, z, y, x, class]`, natural logarithm of `probabilities`. */
  readonly logProbabilities: tf.Tensor5D;
  /** `[batch, z, y, x, class]`, adding up to 1. */
  readonly probabilities: tf.Tensor5D;
}

/** What is true of a batch. */
export interface Target {
  /** `[batch, z, y, x, class]`, one-hot. */
  readonly oneHot: tf.Tensor5D;
  /** `[batch, z, y, x, 1]`, 1 where a voxel counts. */
  readonly mask?: tf.Tensor5D | undefined;
  /** `[batch, class]`, 1 where the class was drawn in the subject. */
  readonly drawn?: tf.Tensor2D | undefined;
}

/** A loss: a scalar that gets small as the prediction gets better. */
export type Loss = (prediction: Prediction, target: Target) => tf.Scalar;

const SPACE = [1, 2, 3];

/**
 * Softmax and its logarithm. Where structures were not drawn, what the network says of them counts as background, since
 * the label map says background there (marginal loss, Shi et al., Medical Image Analysis 2021).
 */
export function predictionOf(logits: tf.Tensor5D, drawn?: tf.Tensor2D): Prediction {
  const logProbabilities = tf.logSoftmax(logits);
  const probabilities = tf.exp(logProbabilities);
  if (!drawn) return { logProbabilities, probabilities };
  const [batch, classes] = drawn.shape;
  const known = tf.reshape(drawn, [batch, 1, 1, 1, classes]);
  const unknown = tf.sum(tf.mul(probabilities, tf.sub(1, known)), 4, true);
  const kept = tf.mul(probabilities, known);
  const background = tf.add(tf.slice(kept, [0, 0, 0, 0, 0], [-1, -1, -1, -1, 1]), unknown);
  const merged = tf.concat(
    [background, tf.slice(kept, [0, 0, 0, 0, 1], [-1, -1, -1, -1, -1])],
    4,
  ) as tf.Tensor5D;
  return { probabilities: merged, logProbabilities: tf.log(tf.add(merged, 1e-12)) };
}

/** Sums over space: `[batch, z, y, x, class]` to `[batch, class]`. */
export const spatialSum = (tensor: tf.Tensor): tf.Tensor2D => tf.sum(tensor, SPACE) as tf.Tensor2D;

/**
 * Weight of each class, its number of voxels in the batch to the power of −`power`, scaled to a mean of 1
 * (InnerEye's `class_weight_power`). `[class]`
 */
export function classWeights(oneHot: tf.Tensor5D, power: number): tf.Tensor1D {
  const counts = tf.maximum(tf.sum(oneHot, [0, 1, 2, 3]), 1);
  const weights = tf.pow(counts, -power);
  return tf.div(weights, tf.mean(weights)) as tf.Tensor1D;
}

/** Mean over the voxels that count; `perVoxel` is `[batch, z, y, x]`. */
export function maskedMean(perVoxel: tf.Tensor, mask: tf.Tensor5D | undefined): tf.Scalar {
  if (!mask) return tf.mean(perVoxel) as tf.Scalar;
  const flat = tf.reshape(mask, perVoxel.shape);
  return tf.div(tf.sum(tf.mul(perVoxel, flat)), tf.maximum(tf.sum(flat), 1)) as tf.Scalar;
}

/** Label smoothing: 1 becomes 1 − ε, 0 becomes ε / (classes − 1). */
export function smooth(oneHot: tf.Tensor5D, epsilon: number): tf.Tensor5D {
  if (epsilon === 0) return oneHot;
  const low = epsilon / (oneHot.shape[4] - 1);
  return tf.add(tf.mul(oneHot, 1 - epsilon - low), low);
}
