import { describe, expect, it } from 'vitest';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import { newCropArrays } from './crop.ts';
import { compose, type Deformation, type Matrix3 } from './deformation.ts';
import golden from './fixtures/resampling.json' with { type: 'json' };
import { scan } from './fixtures/scan.ts';
import { warp } from './warp.ts';

// Expected values: scipy.ndimage.affine_transform and map_coordinates, by scripts/goldens/pipeline.py.
const shape: Zyx = [7, 8, 9];
const size: Zyx = [4, 6, 5];
const image = scan(voxelCount(shape));
const labels = Uint8Array.from(image, value => value % 256);
const matrix: Matrix3 = [0.9, 0.2, -0.1, -0.25, 1.1, 0.05, 0.1, -0.15, 0.8];
const shift: Zyx = [0.3, -0.2, 1.4];
const displacement: Deformation['displacement'] = {
  bound: [0.3, 0.2, 0.5],
  row(z, y, into) {
    into[0].fill(0.3 * Math.sin(z + y));
    for (let x = 0; x < into[1].length; x++) into[1][x] = 0.2 * Math.cos(x);
    for (let x = 0; x < into[2].length; x++) into[2][x] = 0.1 * (x - y);
  },
};

function warped(deformation: Deformation, beyond = { image: true, labels: true }) {
  const crop = { ...newCropArrays(size, 1, false), shape: size, spacing: [1, 1, 1] as const };
  const block = { low: [0, 0, 0] as const, shape, images: [image], labels, mask: undefined };
  warp(block, [3.5, 3, 4.5], deformation, crop, beyond);
  return crop;
}

function expectClose(result: ArrayLike<number>, expected: readonly number[]): void {
  expected.forEach((value, i) => {
    expect(Math.abs(result[i] - value)).toBeLessThan(1e-3);
  });
}

describe('warping a crop', () => {
  it("interpolates images linearly as SciPy's affine_transform does", () => {
    expectClose(warped({ matrix, shift }).images[0], golden.affine);
  });

  it('takes the nearest label', () => {
    const expected = golden.nearest.map(value => value % 256);
    expect([...warped({ matrix, shift }).labels]).toEqual(expected);
  });

  it("follows displacements as SciPy's map_coordinates does", () => {
    expectClose(warped({ matrix, shift, displacement }).images[0], golden.displaced);
  });

  it('composes: a deformation of a deformed image is one deformation', () => {
    const turned: Deformation = { matrix, shift };
    const moved: Deformation = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], shift: [0, 1, -1] };
    const { matrix: product, shift: sum } = compose(turned, moved);
    expect(product).toEqual(matrix);
    // The second shift passes through the first matrix.
    expect(sum[0]).toBeCloseTo(0.3 + 0.2 + 0.1, 12);
    expect(sum[1]).toBeCloseTo(-0.2 + 1.1 - 0.05, 12);
    expect(sum[2]).toBeCloseTo(1.4 - 0.15 - 0.8, 12);
  });

  it('gives zero more than half a voxel outside where the border does not go on', () => {
    const away: Deformation = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], shift: [0, 0, 4] };
    const { images } = warped(away, { image: false, labels: false });
    const continued = warped(away).images[0];
    images[0].forEach((value, i) => {
      // x of the source is 6.5 + the crop's x; the last voxel is 8.
      expect(value).toBe((i % 5) + 6.5 > 8.5 ? 0 : continued[i]);
    });
  });
});
