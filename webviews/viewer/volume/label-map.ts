import { INTENT_LABEL } from '../../../src/volume/formats/nifti-header.ts';
import { type Affine, voxelCount, type Zyx } from '../../../src/volume/volume.ts';
import { sampleValues } from './intensities.ts';
import type { VolumeData } from './volume-data.ts';

/** The largest value that a label may have. */
export const LARGEST_LABEL = 65_535;

/** A volume whose voxels are numbers of structures; its voxels change when it is edited. */
export interface LabelMap {
  /** Value of every voxel, 0 background. */
  readonly labels: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly shape: Zyx;
  readonly affine: Affine;
  readonly inverse: Affine;
}

/** A label of a map: how often it occurs and where. */
export interface LabelExtent {
  readonly value: number;
  readonly voxels: number;
  /** Mean of its voxels (x, y, z). */
  readonly centre: readonly [number, number, number];
}

const NAMED_AS_LABELS =
  /(^|[^a-z])(seg\w*|labels?|mask|atlas|aal|parc\w*|aseg|roi|gt|truth|pred\w*)([^a-z]|$)/i;

/**
 * Whether a volume holds labels: it says so (intent code), or all its values are whole, and they are few or the
 * file is named as label maps are.
 */
export function looksLikeLabels(volume: VolumeData, file: string): boolean {
  if (volume.intent === INTENT_LABEL) return true;
  if (volume.components > 1) return false;
  const values = sampleValues(volume);
  // Not a number anywhere: no label either.
  if (values.length === 0) return false;
  const different = new Set<number>();
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_LABEL) return false;
    different.add(value);
  }
  const name = file.split(/[\\/]/).at(-1) ?? '';
  return different.size <= 12 || (NAMED_AS_LABELS.test(name) && different.size <= 4096);
}

/** The labels of a volume, in as few bytes as they need; values that no label can have become background. */
export function labelMapOf({ data, shape, affine, inverse, slope, intercept }: VolumeData): LabelMap {
  const geometry = { shape, affine, inverse };
  const count = voxelCount(shape);
  const plain = slope === 1 && intercept === 0;
  if (plain && data instanceof Uint8Array && data.buffer instanceof ArrayBuffer) {
    return { labels: data.subarray(0, count) as Uint8Array<ArrayBuffer>, ...geometry };
  }
  const labels = new Uint16Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = Math.round(plain ? data[i]! : slope * data[i]! + intercept);
    if (value > 0 && value <= LARGEST_LABEL) {
      labels[i] = value;
      if (value > largest) largest = value;
    }
  }
  return { labels: largest < 256 ? Uint8Array.from(labels) : labels, ...geometry };
}

/** Every label that occurs, in rising order. */
export function extentsOf({ labels, shape: [Z, Y, X] }: LabelMap): LabelExtent[] {
  const size = labels instanceof Uint8Array ? 256 : LARGEST_LABEL + 1;
  const [counts, sx, sy, sz] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let index = 0;
  for (let z = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++) {
        const label = labels[index++]!;
        if (label === 0) continue;
        counts[label]!++;
        sx[label]! += x;
        sy[label]! += y;
        sz[label]! += z;
      }
    }
  }
  const extents: LabelExtent[] = [];
  for (let value = 1; value < size; value++) {
    const voxels = counts[value]!;
    if (voxels > 0)
      extents.push({
        value,
        voxels,
        centre: [sx[value]! / voxels, sy[value]! / voxels, sz[value]! / voxels],
      });
  }
  return extents;
}

/** The voxel (x, y, z) of a label that is nearest to its middle, which itself may lie beside it. */
export function voxelIn(
  { labels, shape: [Z, Y, X] }: LabelMap,
  { value, centre: [cx, cy, cz] }: LabelExtent,
): [number, number, number] {
  let best: [number, number, number] = [Math.round(cx), Math.round(cy), Math.round(cz)];
  let least = Number.POSITIVE_INFINITY;
  for (let z = 0; z < Z; z++) {
    // A whole slice that is too far away needs no look.
    if ((z - cz) ** 2 >= least) continue;
    for (let y = 0, i = X * Y * z; y < Y; y++) {
      for (let x = 0; x < X; x++, i++) {
        if (labels[i] !== value) continue;
        const distance = (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2;
        if (distance >= least) continue;
        least = distance;
        best = [x, y, z];
      }
    }
  }
  return best;
}
