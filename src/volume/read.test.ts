import { describe, expect, it } from 'vitest';
import { golden, haveShared, largestDifference, shared, zyx } from './fixtures/goldens.ts';
import { readHeader, readVolume } from './read.ts';

interface Golden {
  readonly shape: number[];
  readonly affine: number[];
  readonly sum: number;
  readonly voxels: Record<string, number>;
}

describe.skipIf(!haveShared)(
  'real scans and DICOM series as nibabel and SimpleITK read them (skipped without ../shared/data)',
  () => {
    for (const [name, expected] of Object.entries(golden<Record<string, Golden>>('real-data.json'))) {
      it(name, async () => {
        const volume = await readVolume(shared(name));
        expect(volume.shape).toEqual(zyx(expected.shape));
        expect(largestDifference(volume.affine, expected.affine)).toBeLessThan(1e-5);
        let sum = 0;
        for (const value of volume.data) sum += value;
        expect(Math.abs(sum - expected.sum)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.sum));
        for (const [at, value] of Object.entries(expected.voxels))
          expect(volume.data[Number(at)]).toBe(value);
        const header = await readHeader(shared(name));
        expect([header.shape, header.affine]).toEqual([volume.shape, volume.affine]);
      });
    }
  },
);
