import { describe, expect, it } from 'vitest';
import { applyAffine, invertAffine } from '../../../src/volume/affine.ts';
import { golden, largestDifference, zyx } from '../../../src/volume/fixtures/goldens.ts';
import { spacingOf, type Volume, type Xyz } from '../../../src/volume/volume.ts';
import { snap, voxelAt } from '../volume/volume-data.ts';
import {
  axesOf,
  dot,
  fitted,
  frameOf,
  letterOf,
  PLANES,
  pixelOf,
  placeOf,
  planeView,
  scale,
} from './plane.ts';
import { sampleLinear, sampleNearest } from './sample.ts';

/** Grids of all 48 orientations, and oblique and sheared ones, made with nibabel. */
const grids = golden<{ affine: number[]; shape: number[] }[]>('orientation.json').map(({ affine, shape }) => {
  const [z, y, x] = zyx(shape);
  const data = Float32Array.from({ length: x * y * z }, (_, i) => i + 1);
  return {
    volume: { data, shape: [z, y, x], affine } as Volume<Float32Array>,
    inverse: invertAffine(affine),
  };
});

/** Every voxel (x, y, z) of a grid with its value. */
function* voxels({ shape: [Z, Y, X], data }: Volume<Float32Array>): Generator<{ voxel: Xyz; value: number }> {
  for (let z = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++) yield { voxel: [x, y, z], value: data[x + X * (y + Y * z)]! };
    }
  }
}

describe('for volumes of any orientation', () => {
  it('there are all 48, and slanted ones', () => {
    expect(grids.length).toBeGreaterThan(48);
  });

  it('the crosshair stands on voxel centres, by the affine', () => {
    for (const { volume, inverse } of grids) {
      for (const { voxel } of voxels(volume)) {
        const mm = applyAffine(volume.affine, voxel);
        const aside: Xyz = [mm[0] + 0.1, mm[1] - 0.1, mm[2] + 0.1];
        expect(voxelAt({ inverse }, mm)).toEqual(voxel);
        expect(largestDifference(snap({ ...volume, inverse }, aside), mm)).toBeLessThan(1e-9);
      }
    }
  });

  it('the pixel of the crosshair shows its voxel in every plane and either convention', () => {
    for (const { volume, inverse } of grids) {
      const frame = frameOf(volume);
      for (const { voxel, value } of voxels(volume)) {
        const crosshair = applyAffine(volume.affine, voxel);
        for (const plane of PLANES) {
          for (const convention of ['radiological', 'neurological'] as const) {
            const view = planeView(
              plane,
              frame,
              convention,
              { crosshair, centre: [3, -4, 5], mmPerPixel: 0.37 },
              201,
              151,
            );
            const { i, j } = pixelOf(view, crosshair);
            // Looked at with the pixel's middle exactly on the crosshair.
            const exact = { ...view, origin: placeOf(view, i, j), width: 1, height: 1 };
            for (const sample of [sampleNearest, sampleLinear]) {
              const out = new Float32Array([Number.NaN]);
              sample({ data: volume.data, shape: volume.shape, inverse }, exact, out);
              expect(out[0]).toBeCloseTo(value, 3);
            }
          }
        }
      }
    }
  });

  it('a plane shows only values of the voxels that its pixels lie in', () => {
    for (const { volume, inverse } of grids) {
      const frame = frameOf(volume);
      const crosshair = applyAffine(volume.affine, [1, 1, 1]);
      const view = planeView(
        'axial',
        frame,
        'radiological',
        { crosshair, centre: crosshair, mmPerPixel: 0.31 },
        60,
        50,
      );
      const out = new Float32Array(60 * 50).fill(Number.NaN);
      sampleNearest({ data: volume.data, shape: volume.shape, inverse }, view, out);
      const [Z, Y, X] = volume.shape;
      for (let j = 0; j < 50; j++) {
        for (let i = 0; i < 60; i++) {
          const exact = applyAffine(inverse, placeOf(view, i, j));
          // On the border of two voxels either is right.
          if (exact.some(at => Math.abs(at - Math.floor(at) - 0.5) < 1e-6)) continue;
          const [x, y, z] = exact.map(Math.round) as [number, number, number];
          const inside = x >= 0 && y >= 0 && z >= 0 && x < X && y < Y && z < Z;
          expect(out[i + 60 * j]).toBe(inside ? volume.data[x + X * (y + Y * z)] : Number.NaN);
        }
      }
    }
  });

  it('lengths on the screen are true to mm', () => {
    for (const { volume } of grids) {
      const frame = frameOf(volume);
      const [, , dx] = spacingOf(volume.affine);
      const [a, b] = [applyAffine(volume.affine, [0, 0, 0]), applyAffine(volume.affine, [1, 0, 0])];
      // A step along x is seen in full length by the two planes that it lies in, or partly by all where it is slanted.
      const seen = PLANES.map(plane => {
        const view = planeView(
          plane,
          frame,
          'radiological',
          { crosshair: a, centre: a, mmPerPixel: 0.5 },
          100,
          100,
        );
        const [p, q] = [pixelOf(view, a), pixelOf(view, b)];
        return Math.hypot(q.i - p.i, q.j - p.j) * 0.5;
      });
      const whole = Math.sqrt(seen.reduce((sum, length) => sum + length ** 2, 0) / 2);
      expect(whole).toBeCloseTo(dx, 6);
    }
  });
});

describe('a plane', () => {
  const frame = frameOf({ shape: [2, 2, 2], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] });

  it('has the patient’s right on the left in the radiological convention, and on the right in the neurological', () => {
    for (const plane of ['axial', 'coronal'] as const) {
      expect(letterOf(scale(axesOf(plane, frame, 'radiological').across, -1))).toBe('R');
      expect(letterOf(axesOf(plane, frame, 'neurological').across)).toBe('R');
    }
    expect(letterOf(axesOf('axial', frame, 'radiological').up)).toBe('A');
    expect(letterOf(axesOf('sagittal', frame, 'radiological').up)).toBe('S');
  });

  it('names slanted directions by two letters', () => {
    expect(letterOf([0.8, 0.6, 0])).toBe('RA');
    expect(letterOf([-0.99, 0.1, 0])).toBe('L');
  });

  it('has axes at right angles', () => {
    for (const plane of PLANES) {
      const { across, up, normal } = axesOf(plane, frame, 'radiological');
      expect([dot(across, up), dot(across, normal), dot(up, normal)].map(Math.abs)).toEqual([0, 0, 0]);
    }
  });

  it('shows a box whole when it is fitted', () => {
    const { centre, mmPerPixel } = fitted([-90, -126, -72], [90, 90, 108], [0, 0, 0], 500, 400);
    expect(centre).toEqual([0, -18, 18]);
    expect(216 / mmPerPixel).toBeLessThan(400);
  });
});
