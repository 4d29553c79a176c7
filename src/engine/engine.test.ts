import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../foundation/random.ts';
import { openFallback } from './fallback.ts';
import { batchNorm, instanceNorm } from './fused-norm.ts';
import { cacheFolder, findLibrary } from './library.ts';
import { automaticPrecision } from './precision.ts';
import { engineMissing, openTestEngine } from './testing.ts';

describe('the library', () => {
  it('lies in the user’s cache, which the environment can move', () => {
    expect(cacheFolder({ INNEREYE_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/b/innereye');
    expect(cacheFolder({}, 'darwin')).toMatch(/Library\/Caches\/innereye$/);
  });

  it('is not found where none is, and a named folder without one is a fault', () => {
    const empty = mkdtempSync(join(tmpdir(), 'engine-'));
    expect(findLibrary({ INNEREYE_CACHE: empty })).toBeUndefined();
    expect(() => findLibrary({ INNEREYE_TENSORFLOW_LIBRARY: empty })).toThrow('holds no TensorFlow library');
  });
});

describe('automatic precision', () => {
  const cpu = { name: 'CPU:0', type: 'CPU', memoryBytes: 0 };

  it('is bfloat16 only where the processor has instructions for it', () => {
    expect(automaticPrecision([cpu], new Set(['avx512f', 'avx512_bf16'])).precision).toBe('bfloat16');
    expect(automaticPrecision([cpu], new Set(['avx2'])).precision).toBe('float32');
  });

  it('is float16 on a GPU', () => {
    expect(automaticPrecision([cpu, { ...cpu, type: 'GPU' }], new Set()).precision).toBe('float16');
  });
});

describe.skipIf(engineMissing)(`the engine ${engineMissing}`, () => {
  const random = new Random('fallback');
  const noise = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
      shape,
    );
  const x = [2, 3, 4, 4, 2];

  beforeAll(async () => void (await openTestEngine()));

  it('opens once, whoever asks', async () => {
    expect(await openTestEngine()).toBe(await openTestEngine());
    expect((await openTestEngine()).version).toBe('2.21.0');
  });

  it('normalises each sample by itself, or the batch as one', () => {
    const statistics = (samples: tf.Tensor) => {
      const { mean, variance } = tf.moments(samples, [0, 1, 2, 3]);
      return [mean, variance].map(tensor =>
        [...tensor.dataSync()].map(value => Math.round(value * 1000) / 1000 + 0),
      );
    };
    const input = tf.add(noise(x), tf.reshape(tf.tensor1d([0, 10]), [2, 1, 1, 1, 1]));
    const [one, zero] = [tf.ones([2]), tf.zeros([2])];
    const instance = instanceNorm(input, one, zero, 1e-5);
    for (const sample of tf.split(instance, 2))
      expect(statistics(sample)).toEqual([
        [0, 0],
        [1, 1],
      ]);
    const batch = batchNorm(input, {
      scale: one,
      shift: zero,
      mean: zero,
      variance: one,
      epsilon: 1e-5,
      momentum: 0.25,
      training: true,
    });
    expect(statistics(batch.output)).toEqual([
      [0, 0],
      [1, 1],
    ]);
    // Running statistics: a quarter of the batch's mean and unbiased variance.
    const { mean, variance } = tf.moments(input, [0, 1, 2, 3]);
    const count = 96;
    expect(batch.mean.dataSync()[0]).toBeCloseTo(0.25 * mean.dataSync()[0]!, 4);
    expect(batch.variance.dataSync()[0]).toBeCloseTo(
      0.75 + (0.25 * variance.dataSync()[0]! * count) / (count - 1),
      3,
    );
  });

  it('and the fallback compute the same gradients', async () => {
    const values = [noise(x), noise([3, 3, 3, 2, 3]), noise([2, 2, 2, 2, 3])].map(tensor => ({
      shape: tensor.shape,
      data: tensor.dataSync() as Float32Array,
    }));
    const gradients = () =>
      tf.tidy(() => {
        const inputs = values.map(({ data, shape }) => tf.tensor(data, shape));
        const loss = (input: tf.Tensor, down: tf.Tensor, up: tf.Tensor) => {
          const h = instanceNorm(
            tf.conv3d(input as tf.Tensor5D, down as tf.Tensor5D, 1, 'same'),
            tf.ones([3]),
            tf.zeros([3]),
            1e-5,
          );
          const wide = tf.conv3dTranspose(
            tf.leakyRelu(h) as tf.Tensor5D,
            up as tf.Tensor5D,
            [2, 6, 8, 8, 2],
            2,
            'same',
          );
          return tf.mean(tf.square(tf.softmax(wide))) as tf.Scalar;
        };
        const { grads } = tf.valueAndGrads(loss as (...inputs: tf.Tensor[]) => tf.Scalar)(inputs);
        return grads.map(gradient => gradient.dataSync() as Float32Array);
      });
    const expected = gradients();
    const warnings: string[] = [];
    await openFallback(warning => warnings.push(warning));
    expect(warnings[0]).toContain('innereye engine install');
    const found = gradients();
    await tf.setBackend('tensorflow');
    for (const [index, gradient] of expected.entries()) {
      const scale = Math.max(...gradient.map(Math.abs));
      expect(
        Math.max(...gradient.map((value, i) => Math.abs(value - found[index]![i]!))) / scale,
      ).toBeLessThan(1e-4);
    }
  });
});
