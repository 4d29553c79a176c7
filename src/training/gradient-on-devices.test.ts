import { beforeAll, describe, expect, it } from 'vitest';
import { GraphSession } from '../engine/graph-session.ts';
import { severalDevices } from '../engine/placement.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { distance, type SmallTraining, trainSmall } from './fixtures/small-training.ts';
import type { StepSettings } from './training-step.ts';

describe.skipIf(engineMissing)(`a step on several devices ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  /** Processors are imitated, so that the machine needs one only. */
  async function train(devices: number, training: SmallTraining) {
    const precision = training.settings?.precision ?? 'float32';
    const session = new GraphSession({ precision, placement: severalDevices('cpu', devices) });
    try {
      return await trainSmall(session, training);
    } finally {
      session.close();
    }
  }
  const batchNormalized: SmallTraining = { crops: 4, architecture: { normalization: 'batch' } };

  it('does what one device does with the whole batch', async () => {
    const devices = 4;
    const training: SmallTraining = { crops: 4, settings: { clipNorm: 0.5 } };
    const [one, several] = [await train(1, training), await train(devices, training)];
    expect(distance(one.variables, several.variables)).toBeLessThan(1e-5);
    expect(several.told.map(({ counts }) => counts)).toEqual(one.told.map(({ counts }) => counts));
    several.told.forEach(({ loss }, step) => void expect(loss).toBeCloseTo(one.told[step]!.loss, 5));
    // The gradient of half of the batch would have led elsewhere.
    const half = await train(1, { ...training, crops: 2 });
    expect(distance(one.variables, half.variables)).toBeGreaterThan(1e-3);
  });

  it('has the same bits each time, in bfloat16 and with several batches a step too', async () => {
    const training: SmallTraining = { crops: 8, settings: { batches: 2, precision: 'bfloat16' } };
    expect(await train(2, training)).toEqual(await train(2, training));
    const inFloat = (settings: Partial<StepSettings>) => ({ crops: 8, settings });
    const [one, both] = [await train(1, inFloat({})), await train(2, inFloat({ batches: 2 }))];
    expect(distance(one.variables, both.variables)).toBeLessThan(1e-5);
  });

  it('normalises by the batches of all devices where it is synchronised, and else each by its own', async () => {
    const one = await train(1, batchNormalized);
    const joint = await train(2, { ...batchNormalized, settings: { synchronized: true } });
    expect(distance(one.variables, joint.variables)).toBeLessThan(2e-5);
    const own = await train(2, batchNormalized);
    expect(distance(one.variables, own.variables)).toBeGreaterThan(1e-3);
    // Each then does what a batch of its own does in a step of two.
    const accumulated = { ...batchNormalized, settings: { batches: 2 }, learningRate: 0, steps: [0] };
    const [parts, batches] = [await train(2, { ...accumulated, settings: {} }), await train(1, accumulated)];
    expect(parts.told[0]!.loss).toBeCloseTo(batches.told[0]!.loss, 5);
    expect(parts.told[0]!.norm).toBeCloseTo(batches.told[0]!.norm, 4);
  });

  it('keeps the mean of the running statistics that the devices have found', async () => {
    const still: SmallTraining = { ...batchNormalized, learningRate: 0, steps: [0] };
    const both = (await train(2, still)).variables.statistics!;
    const alone = (step: number) => train(1, { ...still, crops: 2, steps: [step] });
    const [first, second] = [await alone(0), await alone(1)];
    both.forEach((value, index) => {
      const mean = (first.variables.statistics![index]! + second.variables.statistics![index]!) / 2;
      expect(value).toBeCloseTo(mean, 5);
    });
  });
});
