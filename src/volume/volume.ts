/**
 * Three numbers, one an axis, slowest axis first. Everything in memory is in this order (shapes, spacings, crop
 * sizes), as in InnerEye and NumPy; only affines and what `innereye volume` prints are in file order x, y, z.
 */
export type Zyx = readonly [z: number, y: number, x: number];

/** Three numbers in file order. */
export type Xyz = readonly [x: number, y: number, z: number];

/** A 4 × 4 matrix, row by row, from voxel (x, y, z, 1) to patient coordinates in mm, RAS+ (NIfTI's convention). */
export type Affine = readonly number[];

export type VoxelData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** A scan, a label map or a posterior. */
export interface Volume<T extends VoxelData = VoxelData> {
  /** Voxels, x fastest: the voxel at (z, y, x) is `data[x + X * (y + Y * z)]`. */
  readonly data: T;
  /** Voxels along each axis. */
  readonly shape: Zyx;
  readonly affine: Affine;
}

/** Number of voxels of a shape. */
export const voxelCount = ([z, y, x]: Zyx): number => z * y * x;

/** Distance between voxel centres along each axis in mm: the lengths of the affine's columns. */
export function spacingOf(affine: Affine): Zyx {
  const length = (column: number) => Math.hypot(affine[column]!, affine[4 + column]!, affine[8 + column]!);
  return [length(2), length(1), length(0)];
}

/** The affine of an axis-aligned volume with its first voxel's centre at `origin`. */
export function affineFromSpacing([z, y, x]: Zyx, origin: Xyz = [0, 0, 0]): Affine {
  return [x, 0, 0, origin[0], 0, y, 0, origin[1], 0, 0, z, origin[2], 0, 0, 0, 1];
}
