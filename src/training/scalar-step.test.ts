import { beforeAll, describe, expect, it } from 'vitest';
import { GraphSession } from '../engine/graph-session.ts';
import { severalDevices } from '../engine/placement.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { distance, type SmallTraining, trainSmallScalar } from './fixtures/small-training.ts';

describe.skipIf(engineMissing)(`the step of a scalar task ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  async function train(training: SmallTraining, devices = 1) {
    const session = new GraphSession({ precision: 'float32', placement: severalDevices('cpu', devices) });
    try {
      return await trainSmallScalar(session, { steps: [0, 1], learningRate: 0.01, ...training });
    } finally {
      session.close();
    }
  }

  it.each([undefined, 3])('is the same in parts, on devices and computed again; visits: %s', async visits => {
    const training: SmallTraining = {
      crops: 4,
      architecture: { normalization: 'instance', head: { dropout: 0 } },
      ...(visits !== undefined && { visits }),
    };
    const one = await train(training);
    const parts = await train({ ...training, settings: { batches: 2 } });
    expect(distance(one.variables, parts.variables)).toBeLessThan(1e-5);
    const devices = await train(training, 2);
    expect(distance(one.variables, devices.variables)).toBeLessThan(1e-5);
    const again = await train({ ...training, settings: { recompute: true } });
    // Twelve visits' parts of a gradient are added up in another order.
    if (visits === undefined) expect(again.variables).toEqual(one.variables);
    else expect(distance(one.variables, again.variables)).toBeLessThan(1e-7);
    const fewer = await train({ ...training, crops: 2 });
    expect(distance(one.variables, fewer.variables)).toBeGreaterThan(1e-4);
  });

  it.each([
    ['densenet', { growth: 2, bottleneck: 1, blocks: [1, 1], features: 4 }],
    ['image_encoder', { features: 2, blocks: 2, padding: 'zero' }],
  ])('keeps its bits where insides are computed again: %s, with dropout', async (name, options) => {
    const training: SmallTraining = { crops: 2, architecture: { name, ...options, head: { dropout: 0.5 } } };
    const kept = await train(training);
    const again = await train({ ...training, settings: { recompute: true } });
    expect(again.variables).toEqual(kept.variables);
    expect(again.nodes).toBeGreaterThan(kept.nodes);
  });

  it('drops other values in each batch of a step, and on each device, the same each time', async () => {
    const training: SmallTraining = {
      crops: 4,
      architecture: { normalization: 'instance', head: { dropout: 0.5 } },
      steps: [0],
    };
    const [one, parts, devices] = [
      await train(training),
      await train({ ...training, settings: { batches: 2 } }),
      await train(training, 2),
    ];
    expect(parts.told[0]!.loss).not.toBe(devices.told[0]!.loss);
    expect(parts.told[0]!.loss).not.toBe(one.told[0]!.loss);
    expect(await train(training, 2)).toEqual(devices);
  });
});
