import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphSession } from '../engine/graph-session.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { normalization } from '../models/blocks/normalization.ts';
import { parameterLists } from '../models/parameters.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from './learned.ts';
import { buildOptimizer } from './optimizers/build-optimizer.ts';
import type { TaskStep } from './task-step.ts';
import { declareVariables, recordTrainingStep } from './training-step.ts';

describe.skipIf(engineMissing)(`a training step ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it('averages the running statistics as it does the weights, so that both are of one network', async () => {
    const lists = parameterLists();
    const normalize = normalization(lists, { name: 'norm', features: 2, kind: 'batch' });
    const network = { parameters: lists.parameters.parameters, statistics: lists.statistics.parameters };
    const task: TaskStep = {
      network,
      feeds: { images: { shape: [2, 2, 2, 2, 2], dtype: 'float32' } },
      objective: ({ images }, context) => {
        const output = normalize(images as tf.Tensor5D, context);
        return { loss: tf.mean(tf.square(tf.sub(output, 3))) as tf.Scalar, output };
      },
      counts: output => tf.reshape(tf.sum(output), [1]),
      sums: undefined as never,
    };
    const session = new GraphSession({ precision: 'float32' });
    const optimizer = buildOptimizer({
      name: 'sgd',
      learning_rate: 0.1,
      momentum: 0,
      weight_decay: 0,
      nesterov: false,
    });
    declareVariables(session, network, optimizer, { seed: 1, averaged: true });
    const step = await recordTrainingStep(session, task, optimizer, {
      averageDecay: 0.9,
      precision: 'float32',
      seed: 1,
    });
    const expected: Record<string, number[]> = {};
    const before = await session.read();
    expected[AVERAGE] = [...before[AVERAGE]!];
    expected[AVERAGE_STATISTICS] = [...before[AVERAGE_STATISTICS]!];
    for (let number = 0; number < 3; number++) {
      const images = Float32Array.from({ length: 32 }, (_, i) => 5 + number + Math.sin(i * (1 + number)));
      const numbers = { averageDecay: 0.9, ...optimizer.feeds({ step: number, learningRate: 0.1 }) };
      const scalars = Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]);
      await step.run({ images, step: Int32Array.of(number), ...Object.fromEntries(scalars) });
      const now = await session.read();
      for (const [average, of] of [
        [AVERAGE, WEIGHTS],
        [AVERAGE_STATISTICS, STATISTICS],
      ] as const) {
        expected[average] = expected[average]!.map((value, i) => 0.9 * value + 0.1 * now[of]![i]!);
        now[average]!.forEach((value, i) => void expect(value).toBeCloseTo(expected[average]![i]!, 5));
        expect(now[average]).not.toEqual(now[of]);
      }
    }
    step.close();
    session.close();
  });
});
