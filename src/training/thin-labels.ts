import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../volume/volume.ts';

/**
 * Labels or a mask `[batch, z, y, x]` for an output of lower resolution: of each block of voxels the one in its
 * middle, of an even number the one behind it. It is PyTorch's `nearest-exact`, which nnU-Net's deep supervision uses.
 * @param shape of the output; divides that of the labels.
 */
export function thinLabels(labels: tf.Tensor, shape: Zyx): tf.Tensor {
  const [, ...full] = labels.shape;
  const steps = shape.map((extent, axis) => full[axis]! / extent);
  if (steps.every(step => step === 1)) return labels;
  const begin = steps.map(step => Math.floor(step / 2));
  return tf.stridedSlice(labels, [0, ...begin], labels.shape, [1, ...steps]);
}
