import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../models/parameters.ts';

/** Cuts a flat vector into the tensors of its parameters: one split, and a reshape for each. */
export function unflatten(parameters: readonly Parameter[], flat: tf.Tensor | undefined): tf.Tensor[] {
  if (!flat || parameters.length === 0) return [];
  const pieces =
    parameters.length === 1
      ? [flat]
      : tf.split(
          flat,
          parameters.map(parameter => parameter.size),
        );
  return parameters.map((parameter, index) => tf.reshape(pieces[index]!, [...parameter.shape]));
}

/** Lays tensors one after the other into a flat vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map(t => tf.reshape(t, [t.size])));
