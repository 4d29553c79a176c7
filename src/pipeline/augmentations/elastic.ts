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
    const field = (axis: 0 | 1 | 2) =>
      // A plane has no other planes beside it to move into.
      shape[axis] === 1 && axis === 0
        ? new Float32Array(shape[0] * shape[1] * shape[2])
        : splineField(shape, spacing, grid_mm, displacement_mm / spacing[axis], random);
    return {
      matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      shift: [0, 0, 0],
      displacement: [field(0), field(1), field(2)],
    };
  },
};

/** A smooth field over the crop: one spline coefficient a control point, expanded along one axis after the other. */
function splineField(
  shape: Zyx,
  spacing: Zyx,
  gridMm: number,
  deviation: number,
  random: Random,
): Float32Array {
  const taps = [0, 1, 2].map(axis => splineTaps(shape[axis], Math.max(gridMm / spacing[axis], 1)));
  const [z, y, x] = taps;
  const control = new Float32Array(z.points * y.points * x.points);
  for (let i = 0; i < control.length; i++) control[i] = random.normal() * deviation;
  const alongZ = expand(control, 1, z, y.points * x.points);
  const alongY = expand(alongZ, shape[0], y, x.points);
  return expand(alongY, shape[0] * shape[1], x, 1);
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
    weights.set(
      [
        (1 - t) ** 3 / 6,
        (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
        (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
        t ** 3 / 6,
      ],
      4 * i,
    );
  }
  return { points: first[size - 1] + 4, first, weights };
}

/** `[outer, points, inner]` becomes `[outer, voxels, inner]`. */
function expand(
  data: Float32Array,
  outer: number,
  { points, first, weights }: Taps,
  inner: number,
): Float32Array {
  const size = first.length;
  const result = new Float32Array(outer * size * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    const line = o * points;
    for (let i = 0, w = 0; i < size; i++, w += 4) {
      const [a, b, c, d] = [weights[w], weights[w + 1], weights[w + 2], weights[w + 3]];
      let from = (line + first[i]) * inner;
      if (inner === 1) {
        result[to++] = a * data[from] + b * data[from + 1] + c * data[from + 2] + d * data[from + 3];
        continue;
      }
      for (const end = from + inner; from < end; from++) {
        result[to++] =
          a * data[from] + b * data[from + inner] + c * data[from + 2 * inner] + d * data[from + 3 * inner];
      }
    }
  }
  return result;
}
