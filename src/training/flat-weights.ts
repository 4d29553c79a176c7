import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../models/parameters.ts';

/** Cuts a flat vector into the tensors of its parameters. A slice each: one split takes ten times as long. */
export function unflatten(parameters: readonly Parameter[], flat: tf.Tensor | undefined): tf.Tensor[] {
  if (!flat) return [];
  let begin = 0;
  return parameters.map(({ size, shape }) => {
    const piece = tf.slice(flat, begin, size);
    begin += size;
    return tf.reshape(piece, [...shape]);
  });
}

/** Lays tensors one after the other into a flat vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map(t => tf.reshape(t, [t.size])));
