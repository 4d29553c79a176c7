import { applyAffine, invertAffine } from '../../../src/volume/affine.ts';
import {
  type Affine,
  spacingOf,
  type VoxelData,
  voxelCount,
  type Xyz,
  type Zyx,
} from '../../../src/volume/volume.ts';
import type { StoredVolume } from './stream.ts';

/** Voxels and where they lie. Values are `slope · stored + intercept`. */
export interface VolumeData {
  readonly data: VoxelData;
  readonly shape: Zyx;
  readonly components: number;
  readonly affine: Affine;
  /** From RAS mm to voxel (x, y, z). */
  readonly inverse: Affine;
  readonly slope: number;
  readonly intercept: number;
  readonly intent: number;
  /** Voxels that have arrived. */
  readonly loaded: number;
}

export function volumeData({ image, data, loaded }: StoredVolume): VolumeData {
  const { shape, components, affine } = image.header;
  const { slope, intercept, intent } = image;
  return { data, shape, components, affine, inverse: invertAffine(affine), slope, intercept, intent, loaded };
}

/** The nearest voxel (x, y, z), which may lie outside of the volume. */
export function voxelAt({ inverse }: Pick<VolumeData, 'inverse'>, mm: Xyz): Xyz {
  const [x, y, z] = applyAffine(inverse, mm);
  // + 0: -0 would be shown.
  return [Math.round(x) + 0, Math.round(y) + 0, Math.round(z) + 0];
}

/** Index of a voxel in `data`, or undefined outside of the volume. */
export function indexOf({ shape: [Z, Y, X] }: Pick<VolumeData, 'shape'>, [x, y, z]: Xyz): number | undefined {
  return x >= 0 && y >= 0 && z >= 0 && x < X && y < Y && z < Z ? x + X * (y + Y * z) : undefined;
}

/** The value at a place in mm; undefined outside, and `unread` where the file has not come so far. */
export function valueAt(volume: VolumeData, mm: Xyz, component = 0): number | 'unread' | undefined {
  const index = indexOf(volume, voxelAt(volume, mm));
  if (index === undefined) return undefined;
  if (component * voxelCount(volume.shape) + index >= volume.loaded) return 'unread';
  return volume.slope * volume.data[component * voxelCount(volume.shape) + index]! + volume.intercept;
}

/** The place of the centre of the volume's middle voxel in mm. */
export function middleOf({ shape: [Z, Y, X], affine }: Pick<VolumeData, 'shape' | 'affine'>): Xyz {
  return applyAffine(affine, [X >> 1, Y >> 1, Z >> 1]);
}

/** The centre of the nearest voxel of the volume, in mm: crosshairs stand on voxels. */
export function snap(volume: Pick<VolumeData, 'shape' | 'affine' | 'inverse'>, mm: Xyz): Xyz {
  const [Z, Y, X] = volume.shape;
  const inside = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));
  const [x, y, z] = voxelAt(volume, mm);
  return applyAffine(volume.affine, [inside(x, X), inside(y, Y), inside(z, Z)]);
}

/** The smallest box around the volume in mm, edges of voxels included. */
export function boundsOf({ shape: [Z, Y, X], affine }: Pick<VolumeData, 'shape' | 'affine'>): {
  low: Xyz;
  high: Xyz;
} {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map(i =>
    applyAffine(affine, [i & 1 ? X - 0.5 : -0.5, i & 2 ? Y - 0.5 : -0.5, i & 4 ? Z - 0.5 : -0.5]),
  );
  const over = (pick: (...values: number[]) => number) =>
    [0, 1, 2].map(axis => pick(...corners.map(corner => corner[axis]!))) as unknown as Xyz;
  return { low: over(Math.min), high: over(Math.max) };
}

/** Spacing (x, y, z) in mm, for reading. */
export const spacingXyz = (affine: Affine): Xyz => {
  const [z, y, x] = spacingOf(affine);
  return [x, y, z];
};
