import { Fault } from '../foundation/fault.ts';
import { composeAffines, determinant, isInvertible } from './affine.ts';
import { arrayLike } from './element-type.ts';
import type { Affine, Volume, VoxelData, Zyx } from './volume.ts';

/** Which way a volume's axes (x, y, z) run: the patient axis (0 right, 1 anterior, 2 superior) nearest to each, and its sense. */
interface Orientation {
  readonly axes: readonly [number, number, number];
  readonly signs: readonly [number, number, number];
}

/** A grid in patient space. */
export type Geometry = Pick<Volume, 'shape' | 'affine'>;

/**
 * The volume with its axes permuted and flipped so that x runs to the patient's right, y to anterior, z to superior,
 * as nearly as that is possible without interpolation (nibabel's `as_closest_canonical`). A volume that is so already
 * comes back itself.
 * @throws Fault where the affine is singular.
 */
export function toCanonical<T extends VoxelData>(volume: Volume<T>): Volume<T> {
  const orientation = orientationOf(volume.affine);
  if (isCanonical(orientation)) return volume;
  const { from, flip } = storedAxes(orientation);
  const size = [volume.shape[2], volume.shape[1], volume.shape[0]];
  const stride = [1, size[0]!, size[0]! * size[1]!];
  const { shape, affine } = canonicalGrid(volume);
  const start = from.reduce((sum, axis, out) => sum + (flip[out] ? (size[axis]! - 1) * stride[axis]! : 0), 0);
  const steps = from.map((axis, out) => (flip[out] ? -stride[axis]! : stride[axis]!));
  return {
    data: gather(volume.data, shape, start, steps as [number, number, number]),
    shape,
    affine,
  };
}

/** The grid of `toCanonical`'s result, without making it. */
export function canonicalGrid({ shape, affine }: Geometry): Geometry {
  const orientation = orientationOf(affine);
  if (isCanonical(orientation)) return { shape, affine };
  const { from, flip } = storedAxes(orientation);
  const size = [shape[2], shape[1], shape[0]];
  // Columns of the map from canonical to stored voxel indices.
  const map = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  from.forEach((axis, out) => {
    map[4 * axis + out] = flip[out] ? -1 : 1;
    if (flip[out]) map[4 * axis + 3] = size[axis]! - 1;
  });
  return {
    shape: [size[from[2]]!, size[from[1]]!, size[from[0]]!],
    affine: composeAffines(affine, map).map(entry => entry + 0),
  };
}

/**
 * Voxels computed on `toCanonical(original)`, put back into the original's order of axes: the exact inverse.
 * `data` has as many voxels as the original.
 * @throws Fault where the original's affine is singular.
 */
export function fromCanonical<T extends VoxelData>(data: T, original: Geometry): Volume<T> {
  const [Z, Y, X] = original.shape;
  if (data.length !== Z * Y * X) throw new RangeError(`${data.length} voxels do not fill ${Z} × ${Y} × ${X}`);
  const orientation = orientationOf(original.affine);
  if (isCanonical(orientation)) return { data, shape: original.shape, affine: original.affine };
  const size = [X, Y, Z];
  const { from } = storedAxes(orientation);
  const stride = [1, size[from[0]]!, size[from[0]]! * size[from[1]]!];
  const { axes, signs } = orientation;
  const start = axes.reduce(
    (sum, out, axis) => sum + (signs[axis]! < 0 ? (size[axis]! - 1) * stride[out]! : 0),
    0,
  );
  const steps = axes.map((out, axis) => signs[axis]! * stride[out]!);
  return {
    data: gather(data, original.shape, start, steps as [number, number, number]),
    shape: original.shape,
    affine: original.affine,
  };
}

/** The shape of `toCanonical`'s result, without making it. */
export function canonicalShape({ shape, affine }: Geometry): Zyx {
  const { from } = storedAxes(orientationOf(affine));
  const size = [shape[2], shape[1], shape[0]];
  return [size[from[2]]!, size[from[1]]!, size[from[0]]!];
}

const isCanonical = ({ axes, signs }: Orientation) =>
  axes.every((out, axis) => out === axis && signs[axis]! > 0);

/** For each canonical axis the stored axis it is taken from, and whether that runs backwards. */
function storedAxes({ axes, signs }: Orientation) {
  const from = [0, 1, 2].map(out => axes.indexOf(out)) as [number, number, number];
  return { from, flip: from.map(axis => signs[axis]! < 0) };
}

/** Voxels in the order of the new axes x, y, z, whose steps through the stored ones are given. */
function gather<T extends VoxelData>(
  data: T,
  [Z, Y, X]: Zyx,
  start: number,
  [dx, dy, dz]: [number, number, number],
): T {
  const result = arrayLike(data, data.length);
  let to = 0;
  for (let z = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      let from = start + z * dz + y * dy;
      for (let x = 0; x < X; x++, from += dx) result[to++] = data[from]!;
    }
  }
  return result;
}

/**
 * The patient axis nearest to each voxel axis. Axes are compared after removing shear, and the most certain one
 * chooses first (nibabel's `io_orientation`).
 */
function orientationOf(affine: Affine): Orientation {
  const rotation = nearestRotation(affine);
  const strongest = (column: number) => Math.max(...[0, 1, 2].map(row => rotation[3 * row + column]! ** 2));
  const order = [0, 1, 2].sort((a, b) => strongest(b) - strongest(a));
  const axes: [number, number, number] = [0, 0, 0];
  const signs: [number, number, number] = [1, 1, 1];
  const free = new Set([0, 1, 2]);
  for (const column of order) {
    let best = -1;
    for (const row of free) {
      if (best < 0 || Math.abs(rotation[3 * row + column]!) > Math.abs(rotation[3 * best + column]!))
        best = row;
    }
    axes[column] = best;
    signs[column] = rotation[3 * best + column]! < 0 ? -1 : 1;
    free.delete(best);
  }
  return { axes, signs };
}

/** The orthogonal matrix nearest to an affine's unit columns (its polar factor), by Newton's iteration (Higham 1986). */
export function nearestRotation(affine: Affine): number[] {
  if (!isInvertible(affine)) {
    throw new Fault('the affine is singular: the volume has no orientation', {
      remedy: 'Set spacing and orientation in the program that wrote the file, and export it again.',
    });
  }
  const lengths = [0, 1, 2].map(c => Math.hypot(affine[c]!, affine[4 + c]!, affine[8 + c]!));
  let m = [0, 1, 2].flatMap(row => [0, 1, 2].map(column => affine[4 * row + column]! / lengths[column]!));
  for (let iteration = 0; iteration < 60; iteration++) {
    const inverseTransposed = cofactors(m);
    const next = m.map((entry, i) => (entry + inverseTransposed[i]!) / 2);
    const change = Math.max(...next.map((entry, i) => Math.abs(entry - m[i]!)));
    m = next;
    if (change < 1e-15) break;
  }
  return m;
}

function cofactors(m: readonly number[]): number[] {
  const det = determinant([
    m[0]!,
    m[1]!,
    m[2]!,
    0,
    m[3]!,
    m[4]!,
    m[5]!,
    0,
    m[6]!,
    m[7]!,
    m[8]!,
    0,
    0,
    0,
    0,
    1,
  ]);
  const c = (r0: number, c0: number, r1: number, c1: number) =>
    (m[3 * r0 + c0]! * m[3 * r1 + c1]! - m[3 * r0 + c1]! * m[3 * r1 + c0]!) / det;
  return [
    c(1, 1, 2, 2),
    c(1, 2, 2, 0),
    c(1, 0, 2, 1),
    c(2, 1, 0, 2),
    c(2, 2, 0, 0),
    c(2, 0, 0, 1),
    c(0, 1, 1, 2),
    c(0, 2, 1, 0),
    c(0, 0, 1, 1),
  ];
}
