import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../foundation/random.ts';
import { onTensorFlow, tensorflowBackend } from './backend.ts';
import { typeAttributes } from './op-attributes.ts';

/**
 * Uniform numbers in [0, 1) that depend on key and step alone, so that a step that is done again draws the same. In a
 * recorded function the step is fed; TensorFlow's StatelessRandomUniform (Philox) draws when the graph runs.
 * @param key what the numbers are for, 32 bits: `keyOf`
 * @param step int32 scalar
 */
export function statelessUniform(shape: readonly number[], key: number, step: tf.Scalar): tf.Tensor {
  if (!onTensorFlow()) return drawn(shape, key, step);
  const seed = tf.stack([tf.scalar(key | 0, 'int32'), step]);
  return tensorflowBackend().executeSingleOutput(
    'StatelessRandomUniform',
    typeAttributes({ dtype: 'float32', T: 'int32', Tseed: 'int32' }),
    [tf.tensor1d([...shape], 'int32'), seed],
  );
}

/** A key of 32 bits from what random numbers are for, such as a seed and the name of a layer. */
export const keyOf = (...parts: readonly (string | number)[]): number => new Random(...parts).uint32();

/** On TF.js's own backends, which only run op by op, the project's generator draws. */
function drawn(shape: readonly number[], key: number, step: tf.Scalar): tf.Tensor {
  const random = new Random('stateless', key, step.dataSync()[0]);
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  // Rounded to float32 a number near 1 would become 1.
  for (let index = 0; index < values.length; index++) values[index] = (random.uint32() >>> 8) / 2 ** 24;
  return tf.tensor(values, [...shape]);
}
