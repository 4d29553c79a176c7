import { describe, expect, it } from 'vitest';
import { scheduleSchema } from '../config/schema/schedule.ts';
import { buildSchedule } from './schedule.ts';

const rates = (settings: object, learningRate: number, epochs: number) => {
  const schedule = buildSchedule(scheduleSchema.parse(settings), learningRate, epochs);
  return Array.from({ length: epochs }, (_, epoch) => schedule(epoch));
};

describe('the learning rate', () => {
  it("follows InnerEye's polynomial decay (DummyModel's golden: power 0.9, 2 epochs)", () => {
    const [first, second] = rates({ name: 'polynomial', power: 0.9 }, 1e-3, 2);
    expect(first).toBe(1e-3);
    expect(second).toBeCloseTo(5.3589e-4, 8);
  });

  it("follows the curve of InnerEye's LungRegression run (1e-3 to 1e-5, power 0.9, 25 epochs)", () => {
    const curve = rates({ name: 'polynomial', power: 0.9, minimum: 1e-5 }, 1e-3, 25);
    expect(curve.slice(0, 3).map(rate => rate.toFixed(6))).toEqual(['0.001000', '0.000964', '0.000928']);
    expect(curve.at(-1)!.toFixed(6)).toBe('0.000065');
  });

  it('rises linearly over the warm-up epochs, (i + 1) / (W + 1), then decays from its full height', () => {
    const curve = rates({ name: 'exponential', factor: 0.5, warmup_epochs: 3 }, 1, 6);
    expect(curve.map(rate => +rate.toFixed(6))).toEqual([0.25, 0.5, 0.75, 1, 0.5, 0.25]);
  });

  it('gives the values of PyTorch 2 for step, multi-step and cosine decay', () => {
    // torch.optim.lr_scheduler StepLR(2, 0.1), MultiStepLR([1, 4], 0.5), CosineAnnealingLR(4, eta_min=0.1), lr = 1.
    expect(rates({ name: 'step', every_epochs: 2, factor: 0.1 }, 1, 5).map(r => +r.toFixed(6))).toEqual([
      1, 1, 0.1, 0.1, 0.01,
    ]);
    expect(rates({ name: 'multi_step', milestones: [1, 4], factor: 0.5 }, 1, 5)).toEqual([
      1, 0.5, 0.5, 0.5, 0.25,
    ]);
    expect(rates({ name: 'cosine', minimum: 0.1 }, 1, 4).map(r => +r.toFixed(6))).toEqual([
      1, 0.868198, 0.55, 0.231802,
    ]);
  });

  it('is positive at the very first step of a warm-up given as a share of the run', () => {
    const schedule = buildSchedule(scheduleSchema.parse({ name: 'cosine', warmup_fraction: 0.03 }), 1, 10);
    expect(schedule(0)).toBeGreaterThan(0);
    expect(schedule(0.3)).toBeCloseTo(1, 12);
    expect(schedule(10)).toBeCloseTo(0, 12);
  });
});
