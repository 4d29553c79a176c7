import type { VoxelData } from '../volume/volume.ts';

/** How far a label may be from a whole number: scaled and resampled headers leave such traces. */
const ROUNDING = 1e-3;
const LARGEST_LABEL = 65_535;

export interface ClassMap {
  /** 0 background, k the k-th structure. */
  readonly classes: Uint8Array;
  /** Voxels of each structure. */
  readonly counts: readonly number[];
  /** Values that mean nothing, and how many voxels have them. */
  readonly unknown: ReadonlyMap<number, number>;
}

/**
 * Class of every voxel of a label map, stored as whole or floating point numbers.
 * @param values value of each structure.
 * @param background values that count as background, beside 0; or all whole numbers that are no structure.
 */
export function classesOfLabelMap(
  data: VoxelData,
  values: readonly number[],
  background: readonly number[] | 'all others',
): ClassMap {
  const classOf = new Int16Array(LARGEST_LABEL + 1).fill(background === 'all others' ? 0 : -1);
  const named = background === 'all others' ? [] : background;
  for (const value of [0, ...named]) if (value >= 0 && value <= LARGEST_LABEL) classOf[value] = 0;
  for (const [index, value] of values.entries()) if (value <= LARGEST_LABEL) classOf[value] = index + 1;
  const classes = new Uint8Array(data.length);
  const counts = new Array<number>(values.length + 1).fill(0);
  const unknown = new Map<number, number>();
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = data[voxel]!;
    const whole = Math.round(value);
    const found =
      Math.abs(value - whole) <= ROUNDING && whole >= 0 && whole <= LARGEST_LABEL ? classOf[whole]! : -1;
    if (found === -1) unknown.set(value, (unknown.get(value) ?? 0) + 1);
    else {
      classes[voxel] = found;
      counts[found]!++;
    }
  }
  return { classes, counts: counts.slice(1), unknown };
}

/** What painting one mask found. */
export interface PaintedMask {
  readonly count: number;
  /** Voxels shared with each structure painted before, by its class. */
  readonly overlaps: ReadonlyMap<number, number>;
  /** The values other than 0, at most three of them: a mask has one. */
  readonly values: readonly number[];
}

/** Writes class `index` wherever the mask is not 0, over what was painted before. */
export function paintMask(classes: Uint8Array, mask: VoxelData, index: number): PaintedMask {
  const overlaps = new Map<number, number>();
  const values: number[] = [];
  let count = 0;
  for (let voxel = 0; voxel < mask.length; voxel++) {
    const value = mask[voxel]!;
    if (value === 0) continue;
    if (value !== values[0] && values.length < 3 && !values.some(known => Object.is(known, value))) {
      values.push(value);
    }
    const before = classes[voxel]!;
    if (before !== 0) overlaps.set(before, (overlaps.get(before) ?? 0) + 1);
    classes[voxel] = index;
    count++;
  }
  return { count, overlaps, values };
}

export interface Intensities {
  readonly notFinite: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Counts NaN and infinite values, and finds the range of the others. */
export function intensitiesOf(data: VoxelData): Intensities {
  let [notFinite, minimum, maximum] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = data[voxel]!;
    if (!Number.isFinite(value)) notFinite++;
    else {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  return { notFinite, minimum, maximum };
}
