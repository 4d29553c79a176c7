import { describe, expect, it } from 'vitest';
import { toCanonical } from '../../volume/orientation.ts';
import { affineFromSpacing } from '../../volume/volume.ts';
import { heatMapVolume } from './heat-map.ts';

/** Voxel [z, y, x] of the highest value. */
function hottest({ data, shape }: { data: ArrayLike<number>; shape: readonly [number, number, number] }) {
  let best = 0;
  for (let index = 0; index < data.length; index++) if (data[index]! > data[best]!) best = index;
  const [, height, width] = shape;
  return [Math.floor(best / (height * width)), Math.floor(best / width) % height, best % width];
}

describe('a map of where a network looked', () => {
  // One hot voxel at [z, y, x] = [2, 1, 2] of 4 × 4 × 4 over a crop of 16³: it covers the crop's 8…11, 4…7, 8…11.
  const data = new Float32Array(64);
  data[2 * 16 + 1 * 4 + 2] = 1;
  const map = { data, shape: [4, 4, 4] as const };
  const size = [16, 16, 16] as const;

  it('lies on the scan where it belongs in the crop', () => {
    const shape = [16, 16, 16] as const;
    const affine = affineFromSpacing([2, 1, 1], [5, 6, 7]);
    const volume = heatMapVolume(map, { shape, affine, original: { shape, affine } }, size);
    expect(volume.shape).toEqual(shape);
    // The centre lies between two voxels along each axis, of which the first is found.
    expect(hottest(volume as never)).toEqual([9, 5, 9]);
  });

  it('follows the middle of a larger scan, and is 0 outside of it', () => {
    const shape = [24, 24, 24] as const;
    const affine = affineFromSpacing([1, 1, 1]);
    const volume = heatMapVolume(map, { shape, affine, original: { shape, affine } }, size);
    expect(hottest(volume as never)).toEqual([13, 9, 13]);
    expect(volume.data[0]).toBe(0);
    expect(volume.data.at(-1)).toBe(0);
  });

  it("is brought back to the file's axes", () => {
    const shape = [16, 16, 16] as const;
    // Along x the file runs to the patient's left.
    const original = { shape, affine: [-1, 0, 0, 15, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    const canonical = toCanonical({ ...original, data: new Float32Array(16 ** 3) });
    const prepared = { shape, affine: canonical.affine, original };
    expect(hottest(heatMapVolume(map, prepared, size) as never)[2]).toBe(15 - 10);
  });
});
