import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EagerSession } from '../engine/eager-session.ts';
import { GraphSession } from '../engine/graph-session.ts';
import { severalDevices } from '../engine/placement.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { distance, type SmallTraining, trainSmall } from './fixtures/small-training.ts';

describe.skipIf(engineMissing)(`a step whose insides are computed again ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  async function train(training: SmallTraining, devices = 1) {
    const precision = training.settings?.precision ?? 'float32';
    const session = new GraphSession({ precision, placement: severalDevices('cpu', devices) });
    try {
      return await trainSmall(session, training);
    } finally {
      session.close();
    }
  }
  const again = (training: SmallTraining): SmallTraining => ({
    ...training,
    settings: { ...training.settings, recompute: true },
  });

  it.each([
    ['plain_unet', { normalization: 'batch', deep_supervision: true, levels: 3 }],
    ['residual_unet', { normalization: 'instance' }],
    ['unet3d', { levels: 2 }],
  ])('has the bits of one that keeps them: %s', async (name, options) => {
    const training: SmallTraining = { crops: 2, architecture: { name, ...options } };
    const [kept, recomputed] = [await train(training), await train(again(training))];
    expect(recomputed.nodes).toBeGreaterThan(1.1 * kept.nodes);
    expect(recomputed.variables).toEqual(kept.variables);
    expect(recomputed.told).toEqual(kept.told);
  });

  it('in bfloat16, of several batches, on several devices with joint statistics', async () => {
    const training: SmallTraining = {
      crops: 8,
      architecture: { normalization: 'batch' },
      settings: { batches: 2, precision: 'bfloat16', synchronized: true },
    };
    expect((await train(again(training), 2)).variables).toEqual((await train(training, 2)).variables);
  });

  it('runs op by op too, with nothing left behind', async () => {
    const training: SmallTraining = { crops: 2, steps: [0, 1] };
    const before = tf.memory().numTensors;
    const eager = async (one: SmallTraining) => {
      const session = new EagerSession();
      const { variables } = await trainSmall(session, one);
      session.close();
      return variables;
    };
    expect(distance(await eager(training), await eager(again(training)))).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });
});
