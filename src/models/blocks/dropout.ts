import * as tf from '@tensorflow/tfjs-core';
import { keyOf, statelessUniform } from '../../engine/stateless-random.ts';
import type { ForwardContext } from '../model.ts';

/**
 * Dropout (Srivastava et al. 2014) for a training step: what it drops depends on the seed, the layer's name and the
 * step alone, so that training resumed from a checkpoint drops the same.
 * @param step optimizer steps done, int32 scalar, fed
 */
export const keyedDropout =
  (seed: number, step: tf.Scalar): NonNullable<ForwardContext['dropout']> =>
  (name, tensor, rate) => {
    const drawn = statelessUniform(tensor.shape, keyOf(seed, 'dropout', name), step);
    const kept = tf.cast(tf.greaterEqual(drawn, rate), 'float32');
    return tf.mul(tensor, tf.mul(kept, 1 / (1 - rate)));
  };
