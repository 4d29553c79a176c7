import { encodeNifti } from '../../../src/volume/formats/nifti-encode.ts';
import type { Affine, Volume, VoxelData, Zyx } from '../../../src/volume/volume.ts';
import type { Window } from '../volume/intensities.ts';
import type { LabelMap } from '../volume/label-map.ts';
import type { VolumeData } from '../volume/volume-data.ts';

interface Reduction {
  readonly shape: Zyx;
  readonly affine: Affine;
  /** Every how many voxels one is taken, z, y, x. */
  readonly steps: Zyx;
}

/** @param most voxels along an axis */
function reductionOf({ shape, affine }: Pick<Volume, 'shape' | 'affine'>, most: number): Reduction {
  const steps = shape.map(size => Math.ceil(size / most)) as unknown as Zyx;
  const scales = [steps[2], steps[1], steps[0], 1];
  return {
    steps,
    shape: shape.map((size, axis) => Math.ceil(size / steps[axis]!)) as unknown as Zyx,
    affine: affine.map((entry, i) => (i < 12 ? entry * scales[i % 4]! : entry)),
  };
}

function take(
  data: VoxelData,
  [, Y, X]: Zyx,
  { shape, steps }: Reduction,
  out: Uint8Array | Uint16Array,
  map: (value: number) => number,
): void {
  let to = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      let from = X * (y * steps[1] + Y * (z * steps[0]));
      for (let x = 0; x < shape[2]; x++, from += steps[2]) out[to++] = map(data[from]!);
    }
  }
}

/** A scan as NIfTI of 8-bit greys through its window, with at most so many voxels along an axis. */
export function reducedScan(volume: VolumeData, { low, high }: Window, most: number): ArrayBuffer {
  const reduction = reductionOf(volume, most);
  const data = new Uint8Array(reduction.shape[0] * reduction.shape[1] * reduction.shape[2]);
  const factor = 255 / Math.max(1e-12, high - low);
  take(volume.data, volume.shape, reduction, data, value =>
    Math.max(0, Math.min(255, (volume.slope * value + volume.intercept - low) * factor)),
  );
  return nifti({ data, ...reduction });
}

/** A label map likewise, with a dense number for each of its labels in the order of `values`, from 1. */
export function reducedLabels(map: LabelMap, values: readonly number[], most: number): ArrayBuffer {
  const reduction = reductionOf(map, most);
  const count = reduction.shape[0] * reduction.shape[1] * reduction.shape[2];
  const data = values.length < 255 ? new Uint8Array(count) : new Uint16Array(count);
  const dense = new Uint16Array(65_536);
  for (const [index, value] of values.entries()) dense[value] = index + 1;
  take(map.labels, map.shape, reduction, data, value => dense[value]!);
  return nifti({ data, ...reduction });
}

const nifti = ({ data, shape, affine }: Volume) => encodeNifti('volume.nii', { data, shape, affine }).buffer;
