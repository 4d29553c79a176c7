import { describe, expect, it } from 'vitest';
import { quantile } from './fingerprint.ts';
import { planTraining } from './plan.ts';

const fingerprint = (shape: [number, number, number], spacing: [number, number, number]) => ({
  subjects: 3,
  shapes: [shape, shape, shape],
  spacings: [spacing, spacing, spacing],
  foreground: [],
  foregroundShare: 0.05,
});

describe('a plan', () => {
  it("has nnU-Net's patch for the hippocampus (Task04: 40 × 56 × 40 at 1 mm)", () => {
    const plan = planTraining(fingerprint([36, 50, 35], [1, 1, 1]));
    expect(plan.crop).toEqual([40, 56, 40]);
    expect(plan.spacing).toEqual([1, 1, 1]);
    expect(plan.anisotropic).toBe(false);
  });

  it('does not halve thick slices before the other axes are as coarse', () => {
    const plan = planTraining(fingerprint([20, 256, 256], [5, 1, 1]));
    expect(plan.strides.slice(0, 2)).toEqual([
      [1, 2, 2],
      [1, 2, 2],
    ]);
    const product = [0, 1, 2].map(axis => plan.strides.reduce((total, stride) => total * stride[axis]!, 1));
    expect(plan.crop.map((extent, axis) => extent % product[axis]!)).toEqual([0, 0, 0]);
  });

  it('takes quantiles as NumPy does', () => {
    // numpy.quantile([1, 2, 4, 8], [0.1, 0.5]) = [1.3, 3.0]
    expect(quantile([8, 1, 4, 2], 0.1)).toBeCloseTo(1.3, 12);
    expect(quantile([8, 1, 4, 2], 0.5)).toBe(3);
  });
});
