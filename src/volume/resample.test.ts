import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden, largestDifference, zyx } from './fixtures/goldens.ts';
import { resample, resampleTo, sameGrid } from './resample.ts';
import type { Volume } from './volume.ts';

interface Case {
  readonly shape: number[];
  readonly affine: number[];
  readonly nearest: number[];
  readonly linear: number[];
  readonly cubic: number[];
  readonly 'label-linear': number[];
}

interface Golden {
  readonly shape: number[];
  readonly affine: number[];
  readonly data: number[];
  readonly labels: number[];
  readonly to_spacing: (Case & { readonly spacing: number[] })[];
  readonly to_reference: Case[];
}

const { shape, affine, data, labels, to_spacing, to_reference } = golden<Golden>('resample.json');
const image: Volume = { data: Float64Array.from(data), shape: zyx(shape), affine };
const labelMap: Volume = { data: Uint8Array.from(labels), shape: zyx(shape), affine };
const methods = ['nearest', 'linear', 'cubic', 'label-linear'] as const;

for (const method of methods) {
  const volume = method === 'label-linear' ? labelMap : image;

  describe(`${method} interpolation gives what SimpleITK's ResampleImageFilter gives`, () => {
    to_spacing.forEach(expected => {
      it(`at a spacing of ${expected.spacing} mm`, () => {
        const result = resample(volume, zyx(expected.spacing), method);
        expect(result.shape).toEqual(zyx(expected.shape));
        expect(largestDifference(result.affine, expected.affine)).toBeLessThan(1e-9);
        expect(largestDifference(result.data, expected[method])).toBeLessThan(1e-9);
        expect(result.data.constructor).toBe(volume.data.constructor);
      });
    });

    to_reference.forEach((expected, i) => {
      it(`on ${['a shifted', 'a turned', 'a permuted and mirrored'][i]} grid`, () => {
        const reference = { shape: zyx(expected.shape), affine: expected.affine };
        const result = resampleTo(volume, reference, method, method === 'label-linear' ? 9 : -7);
        expect(largestDifference(result.data, expected[method])).toBeLessThan(1e-9);
      });
    });
  });

  it(`${method} interpolation onto the same grid changes nothing`, () => {
    const same = resampleTo(volume, volume, method);
    expect(largestDifference(same.data, volume.data)).toBeLessThan(1e-10);
    expect(resample(volume, [2.5, 1.1, 0.8], 'nearest').data).toEqual(volume.data);
  });
}

it('a size that comes out at a half is rounded up, whatever the rounding of the spacing', () => {
  const volume = { data: new Uint8Array(7), shape: [1, 1, 7] as const };
  for (const step of [0.8, Math.fround(0.8), 0.8 * (1 + 1e-9)]) {
    const grid = { ...volume, affine: [step, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    expect(resample(grid, [1, 1, 1.6], 'nearest').shape).toEqual([1, 1, 4]);
    expect(resample(grid, [1, 1, 0.8], 'nearest')).toBe(grid);
  }
});

it('integers are interpolated to float32', () => {
  const result = resample({ ...image, data: Int16Array.from(data) }, [1, 1, 1], 'linear');
  expect(result.data).toBeInstanceOf(Float32Array);
});

it('a straight ramp stays one under linear interpolation at any spacing', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.3, max: 3, noNaN: true }), step => {
      const ramp = {
        data: Float64Array.from({ length: 9 }, (_, i) => i),
        shape: [1, 1, 9] as const,
        affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      };
      const result = resample(ramp, [1, 1, step], 'linear');
      const expected = Float64Array.from(result.data, (_, i) => Math.min(8, i * step));
      expect(largestDifference(result.data, expected)).toBeLessThan(1e-9);
    }),
  );
});

it('two grids are the same where no corner is further apart than the tolerance', () => {
  const shifted = { ...image, affine: image.affine.map((entry, i) => (i === 3 ? entry + 0.02 : entry)) };
  expect(sameGrid(image, image)).toBe(true);
  expect(sameGrid(image, shifted)).toBe(false);
  expect(sameGrid(image, shifted, 0.1)).toBe(true);
});
