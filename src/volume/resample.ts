import { Fault } from '../foundation/fault.ts';
import { composeAffines, invertAffine, isInvertible } from './affine.ts';
import type { Interpolation, Positions } from './interpolation.ts';
import { resampleObliquely } from './resample-oblique.ts';
import { resampleAlongAxes } from './resample-separable.ts';
import { type Affine, spacingOf, type Volume, type Zyx } from './volume.ts';

/** Differences that come from affines being stored as float32. */
const noise = 1e-6;

/**
 * The volume on a grid of another spacing: `round(shape · old / new)` voxels (at least 1, halves up) along each axis.
 * The first voxel's centre and the directions stay where they are, as with SimpleITK's ResampleImageFilter; a last
 * voxel that comes to lie beyond the old ones takes the border's value. A spacing that differs by less than a
 * millionth, the rounding of headers, is the same.
 * @param spacing [z, y, x] in mm.
 */
export function resample(volume: Volume, spacing: Zyx, interpolation: Interpolation): Volume {
  const old = spacingOf(volume.affine);
  if (!spacing.every(step => step > 0 && Number.isFinite(step))) {
    throw new RangeError(`a spacing must be three positive numbers of mm, not ${spacing.join(', ')}`);
  }
  const shape = resampledShape(volume, spacing);
  const ratioAlong = (axis: 0 | 1 | 2) => {
    const ratio = spacing[axis] / old[axis];
    return Math.abs(ratio - 1) < noise ? 1 : ratio;
  };
  const ratio = [ratioAlong(0), ratioAlong(1), ratioAlong(2)] as const;
  if (ratio.every(r => r === 1)) return volume;
  const affine = volume.affine.map((entry, i) =>
    i < 12 && i % 4 < 3 ? entry * ratio[(2 - (i % 4)) as 0 | 1 | 2] : entry,
  );
  const along = (axis: 0 | 1 | 2) => Float64Array.from({ length: shape[axis] }, (_, i) => i * ratio[axis]);
  const data = resampleAlongAxes(volume, [along(0), along(1), along(2)], interpolation, undefined);
  return { data, shape, affine };
}

/** The shape that `resample` gives. */
export function resampledShape({ shape, affine }: Pick<Volume, 'shape' | 'affine'>, spacing: Zyx): Zyx {
  const old = spacingOf(affine);
  const size = (axis: 0 | 1 | 2) =>
    Math.max(1, Math.floor((shape[axis] * old[axis]) / spacing[axis] + 0.5 + noise));
  return [size(0), size(1), size(2)];
}

/**
 * The volume on the grid of `reference`, found through both affines. Voxels more than half a voxel outside the volume
 * become `outside` (0 where not given), as with SimpleITK's ResampleImageFilter.
 * @throws Fault where an affine is singular.
 */
export function resampleTo(
  volume: Volume,
  reference: Pick<Volume, 'shape' | 'affine'>,
  interpolation: Interpolation,
  outside = 0,
): Volume {
  if (!isInvertible(volume.affine) || !isInvertible(reference.affine)) {
    throw new Fault('a volume with a singular affine cannot be resampled', {
      remedy: 'Set spacing and orientation in the program that wrote the file, and export it again.',
    });
  }
  const { shape, affine } = reference;
  const map = withoutNoise(
    composeAffines(invertAffine(volume.affine), affine),
    Math.max(...volume.shape, ...shape),
  );
  const data = isDiagonal(map)
    ? resampleAlongAxes(volume, positionsAlongAxes(map, shape), interpolation, outside)
    : resampleObliquely(volume, shape, map, interpolation, outside);
  return { data, shape, affine };
}

/** Whether two grids are the same to within `tolerance` voxels at every corner. */
export function sameGrid(
  a: Pick<Volume, 'shape' | 'affine'>,
  b: Pick<Volume, 'shape' | 'affine'>,
  tolerance = 0.01,
): boolean {
  if (!a.shape.every((size, axis) => size === b.shape[axis]) || !isInvertible(a.affine)) return false;
  const map = composeAffines(invertAffine(a.affine), b.affine);
  const sizes = [a.shape[2], a.shape[1], a.shape[0]];
  const identity = (i: number) => (i % 5 === 0 ? 1 : 0);
  return [0, 4, 8].every(row => {
    const shifts = sizes.map((size, c) => Math.abs(map[row + c]! - identity(row + c)) * (size - 1));
    return Math.abs(map[row + 3]!) + shifts[0]! + shifts[1]! + shifts[2]! <= tolerance;
  });
}

/** Rounds entries that differ from whole numbers only by the rounding of headers to float32. */
function withoutNoise(map: Affine, size: number): Affine {
  const tolerance = 1e-6 / size;
  return map.map((entry, i) => {
    const whole = Math.round(entry);
    return Math.abs(entry - whole) < (i % 4 === 3 ? 1e-6 : tolerance) ? whole : entry;
  });
}

const isDiagonal = (map: Affine) => [1, 2, 4, 6, 8, 9].every(i => map[i] === 0);

function positionsAlongAxes(map: Affine, shape: Zyx): Positions {
  const along = (size: number, scale: number, shift: number) =>
    Float64Array.from({ length: size }, (_, i) => i * scale + shift);
  return [
    along(shape[0], map[10]!, map[11]!),
    along(shape[1], map[5]!, map[7]!),
    along(shape[2], map[0]!, map[3]!),
  ];
}
