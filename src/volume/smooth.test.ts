import { describe, expect, it } from 'vitest';
import { golden, haveShared, largestDifference, shared, zyx } from './fixtures/goldens.ts';
import { readVolume } from './read.ts';
import { smooth } from './smooth.ts';

const { shape, affine, data, smoothed } = golden<{
  shape: number[];
  affine: number[];
  data: number[];
  smoothed: { sigma: number[]; values: number[] }[];
}>('smooth.json');

describe("smoothing gives what SciPy's gaussian_filter gives", () => {
  for (const { sigma, values } of smoothed) {
    it(`with a standard deviation of ${sigma} mm`, () => {
      const volume = { data: Float64Array.from(data), shape: zyx(shape), affine };
      expect(largestDifference(smooth(volume, zyx(sigma)).data, values)).toBeLessThan(1e-9);
    });
  }
});

it.skipIf(!haveShared)(
  "smooths InnerEye's bladder posterior to its golden, voxel by voxel (skipped without ../shared/data)",
  async () => {
    const posterior = await readVolume(shared('innereye/posterior_bladder.nii.gz'));
    const expected = await readVolume(shared('innereye/smoothed_posterior_bladder.nii.gz'));
    const result = smooth({ ...posterior, data: Float64Array.from(posterior.data) }, [2, 2, 2]);
    // InnerEye's own tolerance is 0.01 of 255; its values were cut to whole numbers.
    expect(largestDifference(result.data, expected.data) / 255).toBeLessThan(0.01);
    const whole = result.data.map(value => Math.floor(value + 1e-9));
    expect(largestDifference(whole, expected.data)).toBe(0);
  },
);
