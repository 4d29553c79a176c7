import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../foundation/random.ts';
import { dilatedConv3d } from './dilated-convolution.ts';
import { batchNorm, instanceNorm } from './fused-norm.ts';
import { checkGradient } from './gradient-check.ts';
import { GraphSession } from './graph-session.ts';
import { sizeOf } from './tensor-types.ts';
import { engineMissing, openTestEngine } from './testing.ts';

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Normal numbers that keep away from 0, where the gradient of a rectifier jumps. */
function awayFromZero(shape: number[], seed: number): Float32Array {
  const random = new Random('gradients', seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => {
    const value = random.normal();
    return value + Math.sign(value) * 0.05;
  });
}

const t5 = (x: tf.Tensor) => x as tf.Tensor5D;
const volume = [2, 4, 6, 5, 2];
const bn = { epsilon: 1e-5, momentum: 0.1, training: true };

const cases: [string, Op, ...number[][]][] = [
  ['conv3d, same', (x, f) => tf.conv3d(t5(x), t5(f), 1, 'same'), volume, [3, 3, 3, 2, 3]],
  ['conv3d, valid', (x, f) => tf.conv3d(t5(x), t5(f), 1, 'valid'), volume, [3, 3, 3, 2, 3]],
  ['conv3d with stride 2', (x, f) => tf.conv3d(t5(x), t5(f), 2, 'same'), volume, [3, 3, 3, 2, 3]],
  [
    'conv3d with stride [1, 2, 2]',
    (x, f) => tf.conv3d(t5(x), t5(f), [1, 2, 2], 'same'),
    volume,
    [1, 3, 3, 2, 3],
  ],
  ['conv3d, kernel 1', (x, f) => tf.conv3d(t5(x), t5(f), 1, 'same'), volume, [1, 1, 1, 2, 3]],
  ['conv3d dilated by 2, same', (x, f) => dilatedConv3d(x, f, [2, 2, 2], 'same'), volume, [3, 3, 3, 2, 3]],
  [
    'conv3d dilated by [1, 2, 3], valid',
    (x, f) => dilatedConv3d(x, f, [1, 2, 3], 'valid'),
    volume,
    [3, 3, 2, 2, 3],
  ],
  [
    'conv3dTranspose, kernel 2, stride 2',
    (x, f) => tf.conv3dTranspose(t5(x), t5(f), [2, 8, 12, 10, 3], 2, 'same'),
    volume,
    [2, 2, 2, 3, 2],
  ],
  [
    'conv3dTranspose, kernel 4, stride 2',
    (x, f) => tf.conv3dTranspose(t5(x), t5(f), [2, 8, 12, 10, 3], 2, 'same'),
    volume,
    [4, 4, 4, 3, 2],
  ],
  [
    'conv3dTranspose, kernel [1, 2, 2], stride [1, 2, 2]',
    (x, f) => tf.conv3dTranspose(t5(x), t5(f), [2, 4, 12, 10, 3], [1, 2, 2], 'same'),
    volume,
    [1, 2, 2, 3, 2],
  ],
  ['instance norm, batch 1', (x, s, b) => instanceNorm(x, s!, b!, 1e-5), [1, 4, 6, 5, 2], [2], [2]],
  ['instance norm, batch 2', (x, s, b) => instanceNorm(x, s!, b!, 1e-5), volume, [2], [2]],
  [
    'batch norm in training',
    (x, scale, shift) =>
      batchNorm(x, { ...bn, scale, shift, mean: tf.zeros([2]), variance: tf.ones([2]) }).output,
    volume,
    [2],
    [2],
  ],
  [
    'batch norm at inference',
    (x, scale, shift) =>
      batchNorm(x, {
        ...bn,
        training: false,
        scale,
        shift,
        mean: tf.tensor1d([0.5, 1]),
        variance: tf.tensor1d([2, 3]),
      }).output,
    volume,
    [2],
    [2],
  ],
  ['maxPool3d', x => tf.maxPool3d(t5(x), 2, 2, 'same'), volume],
  ['avgPool3d', x => tf.avgPool3d(t5(x), 2, 2, 'valid'), volume],
  ['relu', x => tf.relu(x), volume],
  ['leakyRelu', x => tf.leakyRelu(x, 0.01), volume],
  ['elu', x => tf.elu(x), volume],
  ['sigmoid', x => tf.sigmoid(x), volume],
  ['tanh', x => tf.tanh(x), volume],
  ['softplus', x => tf.softplus(x), volume],
  ['softmax', x => tf.softmax(x), volume],
  ['logSoftmax', x => tf.logSoftmax(x), volume],
  ['concat', (x, y) => tf.concat([x, y], 4), volume, [2, 4, 6, 5, 3]],
  ['add with broadcast', (x, y) => tf.add(x, y), volume, [2]],
  ['sub with broadcast', (x, y) => tf.sub(x, y), volume, [1, 1, 1, 1, 2]],
  ['mul with broadcast', (x, y) => tf.mul(x, y), volume, [2, 1, 1, 1, 2]],
  ['div', (x, y) => tf.div(x, tf.add(tf.square(y), 1)), volume, volume],
  ['the product with one-hot labels', x => tf.mul(x, tf.oneHot(tf.argMax(tf.ones(volume), 4), 2)), volume],
  ['sum over all', x => tf.sum(x), volume],
  ['sum over axes', x => tf.sum(x, [1, 2, 3]), volume],
  ['sum over axes that are kept', x => tf.sum(x, [0, 4], true), volume],
  ['mean over axes', x => tf.mean(x, [1, 2, 3]), volume],
  ['mean over all', x => tf.mean(x), volume],
  ['max over an axis', x => tf.max(x, 4), volume],
  ['abs', x => tf.abs(x), volume],
  ['square', x => tf.square(x), volume],
  ['sqrt', x => tf.sqrt(tf.add(tf.square(x), 1)), volume],
  ['rsqrt', x => tf.rsqrt(tf.add(tf.square(x), 1)), volume],
  ['pow', x => tf.pow(tf.add(tf.square(x), 1), 1.3), volume],
  ['exp', x => tf.exp(x), volume],
  ['log', x => tf.log(tf.add(tf.square(x), 1)), volume],
  ['log1p', x => tf.log1p(tf.square(x)), volume],
  ['clipByValue', x => tf.clipByValue(x, -3, 3), volume],
  ['where', (x, y) => tf.where(tf.greater(tf.ones(volume), 0), x, y), volume, volume],
  ['slice', x => tf.slice(x, [0, 1, 2, 1, 0], [2, 2, 3, 3, 2]), volume],
  ['split', x => tf.mul(tf.split(x, [2, 3], 3)[1]!, 2), volume],
  ['stack', (x, y) => tf.stack([x, y], 1), [2, 3], [2, 3]],
  [
    'pad',
    x =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [3, 0],
        [0, 0],
      ]),
    volume,
  ],
  [
    'mirrorPad',
    x =>
      tf.mirrorPad(
        tf.reshape(x, [8, 60]),
        [
          [1, 2],
          [3, 1],
        ],
        'reflect',
      ),
    volume,
  ],
  ['transpose', x => tf.transpose(x, [0, 4, 1, 2, 3]), volume],
  ['reshape', x => tf.reshape(x, [8, -1]), volume],
  ['tile', x => tf.tile(x, [1, 2, 1, 1, 2]), volume],
  ['matMul', (x, y) => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D), [4, 6], [6, 3]],
  ['gather', x => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1), volume],
];

describe.skipIf(engineMissing)(`gradients ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it.each(cases)('%s: agrees with finite differences, and recorded with eager', async (_, op, ...shapes) => {
    const values = shapes.map((shape, index) => awayFromZero(shape, index));
    const inputs = shapes.map((shape, index) => tf.tensor(values[index]!, shape));
    const { error, gradients } = checkGradient(op, inputs);
    // Central differences with step 1e-2 in float32: truncation and rounding stay below this.
    expect(error).toBeLessThan(2e-3);

    const session = new GraphSession({ precision: 'float32' });
    const feeds = Object.fromEntries(
      shapes.map((shape, i) => [`x${i}`, { shape, dtype: 'float32' as const }]),
    );
    const recorded = await session.record('gradient', feeds, tensors => {
      const value = (...args: tf.Tensor[]) => {
        const output = op(...args);
        const weights = Float32Array.from({ length: output.size }, (_, i) => Math.sin(1.7 * i + 0.3));
        return tf.sum(tf.mul(output, tf.tensor(weights, output.shape))) as tf.Scalar;
      };
      const { grads } = tf.valueAndGrads(value)(shapes.map((_, i) => tensors[`x${i}`]!));
      return { outputs: Object.fromEntries(grads.map((gradient, i) => [`g${i}`, gradient])) };
    });
    const fetched = await recorded.run(Object.fromEntries(values.map((value, i) => [`x${i}`, value])));
    for (const [index, gradient] of gradients.entries()) {
      const scale = gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
      const difference = gradient.reduce(
        (largest, value, i) => Math.max(largest, Math.abs(value - fetched[`g${index}`]![i]!)),
        0,
      );
      expect(difference / scale).toBeLessThan(1e-5);
    }
    session.close();
  });
});
