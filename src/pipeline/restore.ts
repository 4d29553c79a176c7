import { canonicalGrid, fromCanonical } from '../volume/orientation.ts';
import { resampleTo, sameGrid } from '../volume/resample.ts';
import type { Volume } from '../volume/volume.ts';
import { pad } from './padding.ts';
import type { PreparedSubject } from './subject.ts';

/** What is needed to bring something back to the grid of the subject's image file. */
export type PreparedGrid = Pick<PreparedSubject, 'shape' | 'affine' | 'original'>;

/** Labels on the prepared grid (nearest neighbour where it was resampled) as a volume on the image file's grid. */
export const restoreLabels = (labels: Uint8Array, prepared: PreparedGrid): Volume<Uint8Array> =>
  restore(labels, prepared, 'nearest') as Volume<Uint8Array>;

/** A posterior on the prepared grid (linear where it was resampled) as a volume on the image file's grid. */
export const restorePosterior = (posterior: Float32Array, prepared: PreparedGrid): Volume<Float32Array> =>
  restore(posterior, prepared, 'linear') as Volume<Float32Array>;

function restore(
  data: Uint8Array | Float32Array,
  { shape, affine, original }: PreparedGrid,
  interpolation: 'nearest' | 'linear',
): Volume {
  const canonical = canonicalGrid(original);
  // Without resampling the prepared grid is the canonical one, and every voxel only goes back to its place.
  if (sameGrid({ shape, affine }, canonical, 1e-6)) return fromCanonical(data, original);
  // The last original voxels can lie more than half a prepared voxel behind the last prepared one: they get its value.
  const extended = {
    data: pad(data, shape, { before: [0, 0, 0], after: [1, 1, 1] }, 'edge'),
    shape: [shape[0] + 1, shape[1] + 1, shape[2] + 1] as const,
    affine,
  };
  return fromCanonical(resampleTo(extended, canonical, interpolation).data, original);
}
