import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EagerSession } from '../engine/eager-session.ts';
import { GraphSession } from '../engine/graph-session.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { distance, type SmallTraining, trainSmall } from './fixtures/small-training.ts';

describe.skipIf(engineMissing)(`a step of several batches ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  async function train(training: SmallTraining) {
    const session = new GraphSession({ precision: training.settings?.precision ?? 'float32' });
    try {
      return await trainSmall(session, training);
    } finally {
      session.close();
    }
  }

  it('does what one of a batch as large does', async () => {
    const batches = 4;
    const whole = await train({ crops: 4, settings: { clipNorm: 0.5 } });
    const parts = await train({ crops: 4, settings: { clipNorm: 0.5, batches } });
    expect(distance(whole.variables, parts.variables)).toBeLessThan(1e-5);
    expect(parts.told.map(({ counts }) => counts)).toEqual(whole.told.map(({ counts }) => counts));
    parts.told.forEach(({ loss, norm }, step) => {
      expect(loss).toBeCloseTo(whole.told[step]!.loss, 5);
      expect(norm).toBeCloseTo(whole.told[step]!.norm, 4);
    });
    // A few crops alone would have led elsewhere.
    const fewer = await train({ crops: 2, settings: { clipNorm: 0.5 } });
    expect(distance(whole.variables, fewer.variables)).toBeGreaterThan(1e-3);
  });

  it('has the same bits each time, in bfloat16 too, and its sums are no part of what is kept', async () => {
    const training: SmallTraining = { crops: 4, settings: { batches: 2, precision: 'bfloat16' } };
    const [one, other] = [await train(training), await train(training)];
    expect(other).toEqual(one);
    expect(Object.keys(one.variables).sort()).toEqual(['average', 'optimizer/velocity', 'weights']);
  });

  it('moves the running statistics of batch normalisation with each batch', async () => {
    const still = { architecture: { normalization: 'batch' }, learningRate: 0 };
    const batches = await train({ ...still, crops: 4, settings: { batches: 2 }, steps: [0] });
    const steps = await train({ ...still, crops: 2, steps: [0, 1] });
    expect(batches.variables.statistics).toEqual(steps.variables.statistics);
    expect(batches.variables.statistics!.some(value => value !== 0 && value !== 1)).toBe(true);
  });

  it('runs op by op too, with nothing left behind', async () => {
    const training: SmallTraining = { crops: 4, settings: { batches: 2 }, steps: [0, 1] };
    const before = tf.memory().numTensors;
    const session = new EagerSession();
    const eager = await trainSmall(session, training);
    session.close();
    expect(tf.memory().numTensors).toBe(before);
    expect(distance((await train(training)).variables, eager.variables)).toBeLessThan(1e-5);
  });

  it('changes nothing where the gradient of any batch overflowed, and the next step does not know', async () => {
    const training: SmallTraining = {
      crops: 4,
      architecture: { normalization: 'batch' },
      settings: { batches: 2, precision: 'float16' },
      lossScale: step => (step === 0 ? 3e38 : 1024),
    };
    const inFloat32 = async (steps: readonly number[]) => {
      const session = new GraphSession({ precision: 'float32' });
      const trained = await trainSmall(session, { ...training, steps });
      session.close();
      return trained;
    };
    const [none, overflow] = [await inFloat32([]), await inFloat32([0])];
    expect(Number.isFinite(overflow.told[0]!.norm)).toBe(false);
    expect(overflow.variables).toEqual(none.variables);
    expect((await inFloat32([0, 1])).variables).toEqual((await inFloat32([1])).variables);
  });
});
