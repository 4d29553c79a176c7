import { describe, expect, it } from 'vitest';
import { requireSize } from './scan-size.ts';

const MEGABYTE = 2 ** 20;
const scan = (shape: readonly [number, number, number], mm: number, components = 1) => ({
  shape,
  affine: [mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, mm, 0, 0, 0, 0, 1],
  components,
});
const resampled = [
  [{ resample: { spacing_mm: [1, 1, 1] as [number, number, number], interpolation: 'linear' } } as const],
];

describe('how large a scan may be', () => {
  it('is counted in voxels of four bytes, over all components', () => {
    expect(() => requireSize(scan([64, 64, 64], 1), resampled, MEGABYTE)).not.toThrow();
    expect(() => requireSize(scan([65, 64, 64], 1), resampled, MEGABYTE)).toThrow(
      "the scan has 64 × 64 × 65 voxels, more than the service's 1 MB",
    );
    expect(() => requireSize(scan([64, 64, 64], 1, 2), resampled, MEGABYTE)).toThrow('the scan has');
  });

  it('is so too at the spacing of a model, which a header can make endless', () => {
    expect(() => requireSize(scan([8, 8, 8], 1e4), resampled, 2 ** 32)).toThrow(
      "the scan at the model's spacing",
    );
    expect(() => requireSize(scan([8, 8, 8], 1e4), [[]], 2 ** 32)).not.toThrow();
  });
});
