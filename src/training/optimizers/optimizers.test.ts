import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { optimizerSchema } from '../../config/schema/optimizer.ts';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import golden from '../fixtures/torch.json' with { type: 'json' };
import { buildOptimizer } from './build-optimizer.ts';

describe.skipIf(engineMissing)(`an optimizer ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  // scripts/goldens/training.py, PyTorch 2.15 in float64.
  it.each([
    ['adam', { name: 'adam', learning_rate: 0.1, weight_decay: 0.01 }],
    ['adamw', { name: 'adamw', learning_rate: 0.1, weight_decay: 0.05 }],
    ['amsgrad', { name: 'amsgrad', learning_rate: 0.1 }],
    ['sgd', { name: 'sgd', learning_rate: 0.1, momentum: 0.9, weight_decay: 0.01 }],
    ['sgd_plain', { name: 'sgd', learning_rate: 0.1, momentum: 0 }],
    ['rmsprop', { name: 'rmsprop', learning_rate: 0.1, momentum: 0.6 }],
  ] as const)('%s takes the steps that PyTorch takes', (name, settings) => {
    const parsed = optimizerSchema.parse(settings);
    const optimizer = buildOptimizer(parsed);
    let weights = tf.tensor1d(golden.start);
    let state = Object.fromEntries(optimizer.state.map(key => [key, tf.zeros([5]) as tf.Tensor1D]));
    golden.gradients.forEach((gradient, step) => {
      const numbers = optimizer.feeds({ step, learningRate: parsed.learning_rate });
      const feeds = Object.fromEntries(
        Object.entries(numbers).map(([key, value]) => [key, tf.scalar(value)]),
      );
      ({ weights, state } = optimizer.update(weights, tf.tensor1d(gradient), state, feeds));
      weights.dataSync().forEach((weight, index) => {
        expect(Math.abs(weight - golden.optimizers[name][step]![index]!)).toBeLessThan(2e-6);
      });
    });
  });
});
