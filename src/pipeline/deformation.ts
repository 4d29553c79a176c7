import type { Zyx } from '../volume/volume.ts';

/** A 3 × 3 matrix, row by row, over [z, y, x]. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/**
 * Where each voxel of a crop comes from. With `v` the voxel's place relative to the crop's centre, its source relative
 * to the same point of the volume is `matrix · (v + displacement(v)) + shift`, all in voxels [z, y, x].
 */
export interface Deformation {
  readonly matrix: Matrix3;
  readonly shift: Zyx;
  readonly displacement?: Displacement;
}

/** One row of voxels along x: their displacements along z, y and x. */
export type Rows = [z: Float64Array, y: Float64Array, x: Float64Array];

/** A displacement of every voxel of a crop, in voxels, computed row by row when it is needed. */
export interface Displacement {
  /** No displacement is larger, along each axis. */
  readonly bound: Zyx;
  /** Fills the displacements of the row at (z, y). */
  row(z: number, y: number, into: Rows): void;
}

export const identity: Deformation = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], shift: [0, 0, 0] };

/** `first` done to the image, then `second` to its result. Displacements add up on the crop's own grid. */
export function compose(first: Deformation, second: Deformation): Deformation {
  const moved = transform(first.matrix, second.shift);
  const displacement =
    first.displacement === undefined || second.displacement === undefined
      ? (first.displacement ?? second.displacement)
      : add(first.displacement, second.displacement);
  return {
    matrix: multiply(first.matrix, second.matrix),
    shift: [moved[0] + first.shift[0], moved[1] + first.shift[1], moved[2] + first.shift[2]],
    ...(displacement && { displacement }),
  };
}

/** Whether voxels only change places along their axes: no rotation, scaling, shift or displacement. */
export const isFlip = ({ matrix, shift, displacement }: Deformation): boolean =>
  displacement === undefined &&
  shift.every(entry => entry === 0) &&
  matrix.every((entry, i) => (i % 4 === 0 ? Math.abs(entry) === 1 : entry === 0));

/** The product `a · b`. */
export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const entry = (row: number, column: number) =>
    a[3 * row] * b[column] + a[3 * row + 1] * b[3 + column] + a[3 * row + 2] * b[6 + column];
  return [
    entry(0, 0),
    entry(0, 1),
    entry(0, 2),
    entry(1, 0),
    entry(1, 1),
    entry(1, 2),
    entry(2, 0),
    entry(2, 1),
    entry(2, 2),
  ];
}

/** `matrix · vector`. */
export const transform = (m: Matrix3, [z, y, x]: Zyx): Zyx => [
  m[0] * z + m[1] * y + m[2] * x,
  m[3] * z + m[4] * y + m[5] * x,
  m[6] * z + m[7] * y + m[8] * x,
];

function add(a: Displacement, b: Displacement): Displacement {
  const other: Rows = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  return {
    bound: [a.bound[0] + b.bound[0], a.bound[1] + b.bound[1], a.bound[2] + b.bound[2]],
    row(z, y, into) {
      a.row(z, y, into);
      into.forEach((values, axis) => {
        if (other[axis].length !== values.length) other[axis] = new Float64Array(values.length);
      });
      b.row(z, y, other);
      into.forEach((values, axis) => {
        for (let x = 0; x < values.length; x++) values[x] += other[axis][x];
      });
    },
  };
}

/** The box, in voxels relative to the crop's centre, that a crop's sources lie in: [lowest, highest] of each axis. */
export function sourceBounds({ matrix, shift, displacement }: Deformation, size: Zyx): [Zyx, Zyx] {
  const reach = [0, 1, 2].map(axis => (size[axis] - 1) / 2 + (displacement?.bound[axis] ?? 0));
  const extent = [0, 1, 2].map(
    row =>
      Math.abs(matrix[3 * row]) * reach[0] +
      Math.abs(matrix[3 * row + 1]) * reach[1] +
      Math.abs(matrix[3 * row + 2]) * reach[2],
  );
  return [
    [shift[0] - extent[0], shift[1] - extent[1], shift[2] - extent[2]],
    [shift[0] + extent[0], shift[1] + extent[1], shift[2] + extent[2]],
  ];
}
