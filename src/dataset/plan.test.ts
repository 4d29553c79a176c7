import { describe, expect, it } from 'vitest';
import type { Zyx } from '../volume/volume.ts';
import type { Fingerprint } from './fingerprint.ts';
import { type Machine, planTraining } from './plan.ts';

const fingerprint = (shapes: readonly Zyx[], spacings: readonly Zyx[]): Fingerprint => ({
  subjects: shapes.length,
  shapes,
  spacings,
  channels: [{ name: 'MRI', mean: 0, deviation: 1, median: 0, low: -2, high: 2 }],
  structures: [
    { name: 'anterior', voxels: [100], ml: [0.1] },
    { name: 'posterior', voxels: [100], ml: [0.1] },
  ],
  foregroundShare: 0.05,
});
const GIB = 2 ** 30;
const laptop: Machine = { memoryBytes: 16 * GIB, cores: 2, gpu: false };
const gpu: Machine = { memoryBytes: 80 * GIB, cores: 16, gpu: true };

describe('a plan', () => {
  it("has nnU-Net's patch and spacing for the hippocampus (Task04: 40 × 56 × 40 at 1 mm), on two cores too", () => {
    const hippocampus = fingerprint([[36, 50, 35]], [[1, 1, 1]]);
    for (const machine of [laptop, gpu]) {
      expect(planTraining(hippocampus, machine)).toMatchObject({
        spacing: [1, 1, 1],
        shape: [36, 50, 35],
        crop: [40, 56, 40],
        strides: Array(3).fill([2, 2, 2]),
        batchSize: 2,
        features: machine.gpu ? 32 : 16,
        thickSlices: false,
      });
    }
  });

  it('takes the median spacing, but the tenth percentile of slices that are thick and few', () => {
    const spacings: Zyx[] = [5, 6, 7, 8, 10].map(z => [z, 1, 1.2]);
    const few = fingerprint(Array(5).fill([20, 256, 200]), spacings);
    // numpy.percentile([5, 6, 7, 8, 10], 10) = 5.4
    expect(planTraining(few, gpu)).toMatchObject({ spacing: [5.4, 1, 1.2], thickSlices: true });
    const many = fingerprint(Array(5).fill([90, 256, 200]), spacings);
    expect(planTraining(many, gpu)).toMatchObject({ spacing: [7, 1, 1.2], thickSlices: false });
  });

  it('does not take slices thinner than voxels are wide', () => {
    const spacings: Zyx[] = [0.5, 8, 8, 8, 8].map(z => [z, 1, 1]);
    expect(planTraining(fingerprint(Array(5).fill([20, 256, 256]), spacings), gpu).spacing).toEqual([
      expect.closeTo(3.5, 6),
      1,
      1,
    ]);
    const thin: Zyx[] = [0.5, 0.5, 8, 8, 8].map(z => [z, 1, 1]);
    expect(planTraining(fingerprint(Array(5).fill([20, 256, 256]), thin), gpu).spacing).toEqual([1, 1, 1]);
  });

  it('shrinks the crop to what memory and cores allow, and keeps it valid', () => {
    const abdomen = fingerprint([[150, 300, 400]], [[3, 1, 1]]);
    const large = planTraining(abdomen, gpu);
    const small = planTraining(abdomen, { ...gpu, memoryBytes: 8 * GIB });
    const slow = planTraining(abdomen, laptop);
    const volume = ([z, y, x]: Zyx) => z * y * x;
    expect(volume(small.crop)).toBeLessThan(volume(large.crop));
    expect(small.stepBytes).toBeLessThanOrEqual(4 * GIB);
    expect(large.stepBytes).toBeLessThanOrEqual(40 * GIB);
    expect(large.stepBytes).toBeGreaterThan(20 * GIB);
    expect(slow.stepFlop).toBeLessThanOrEqual(120e9);
    expect(slow.stepFlop).toBeGreaterThan(60e9);
    for (const { crop, strides } of [large, small, slow]) {
      for (const axis of [0, 1, 2] as const) {
        expect(crop[axis] % strides.reduce((product, stride) => product * stride[axis], 1)).toBe(0);
      }
    }
  });

  it('ends on a machine that is far too small', () => {
    const plan = planTraining(fingerprint([[500, 500, 500]], [[1, 1, 1]]), { ...laptop, memoryBytes: 1 });
    expect(plan.crop.every(extent => extent >= 16)).toBe(true);
  });
});
