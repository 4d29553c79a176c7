import type { Random } from '../../foundation/random.ts';
import type { Zyx } from '../../volume/volume.ts';
import type { SpatialAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/**
 * A free-form deformation (Rueckert et al., IEEE TMI 18, 1999): control points every `grid_mm` have normally
 * distributed displacements of `displacement_mm`, between them a cubic B-spline interpolates.
 */
export const elastic: SpatialAugmentation<AugmentationSettings<'random_elastic'>> = {
  kind: 'spatial',
  draw({ probability, grid_mm, displacement_mm }, random, { shape, spacing }) {
    if (!random.chance(probability)) return undefined;
    const along = (axis: 0 | 1 | 2) =>
      // A plane has no other planes beside it to move into.
      shape[0] === 1 && axis === 0
        ? undefined
        : splineField(shape, spacing, grid_mm, displacement_mm / spacing[axis], random);
    const fields = [along(0), along(1), along(2)];
    return {
      matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      shift: [0, 0, 0],
      displacement: {
        bound: [fields[0]?.bound ?? 0, fields[1]?.bound ?? 0, fields[2]?.bound ?? 0],
        row: (z, y, into) => {
          for (const [axis, field] of fields.entries()) field?.row(z, y, into[axis]);
        },
      },
    };
  },
};

/** A smooth field over the crop: a spline coefficient a control point, of which a row at a time is evaluated. */
function splineField(shape: Zyx, spacing: Zyx, gridMm: number, deviation: number, random: Random) {
  const [z, y, x] = [0, 1, 2].map(axis => splineTaps(shape[axis], Math.max(gridMm / spacing[axis], 1)));
  const control = Float64Array.from(
    { length: z.points * y.points * x.points },
    () => random.normal() * deviation,
  );
  const plane = new Float64Array(y.points * x.points);
  const line = new Float64Array(x.points);
  let planeOf = -1;
  return {
    // A B-spline stays between its coefficients.
    bound: control.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    row(k: number, j: number, into: Float64Array): void {
      if (k !== planeOf) evaluate(control, z, k, plane);
      planeOf = k;
      evaluate(plane, y, j, line);
      const { first, weights } = x;
      for (let i = 0, w = 0; i < into.length; i++, w += 4) {
        const at = first[i];
        into[i] =
          weights[w] * line[at] +
          weights[w + 1] * line[at + 1] +
          weights[w + 2] * line[at + 2] +
          weights[w + 3] * line[at + 3];
      }
    },
  };
}

/** A spline over its first axis, evaluated at a voxel: coefficients of the axes that are left. */
function evaluate(control: Float64Array, { first, weights }: Taps, voxel: number, into: Float64Array): void {
  into.fill(0);
  for (let tap = 0; tap < 4; tap++) {
    const weight = weights[4 * voxel + tap];
    const start = (first[voxel] + tap) * into.length;
    for (let i = 0; i < into.length; i++) into[i] += weight * control[start + i];
  }
}

interface Taps {
  readonly points: number;
  /** First of the four control points of each voxel. */
  readonly first: Int32Array;
  /** Their weights, four a voxel. */
  readonly weights: Float64Array;
}

/** Cubic B-spline weights of an axis's voxels over control points `step` voxels apart. */
function splineTaps(size: number, step: number): Taps {
  const first = new Int32Array(size);
  const weights = new Float64Array(4 * size);
  for (let i = 0; i < size; i++) {
    first[i] = Math.floor(i / step);
    const t = i / step - first[i];
    const u = 1 - t;
    weights.set(
      [u ** 3 / 6, (3 * t ** 3 - 6 * t ** 2 + 4) / 6, (3 * u ** 3 - 6 * u ** 2 + 4) / 6, t ** 3 / 6],
      4 * i,
    );
  }
  return { points: first[size - 1] + 4, first, weights };
}
