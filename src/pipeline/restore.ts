import { canonicalGrid, fromCanonical } from '../volume/orientation.ts';
import { resampleTo, sameGrid } from '../volume/resample.ts';
import type { Volume } from '../volume/volume.ts';
import { pad } from './padding.ts';
import type { PreparedSubject } from './subject.ts';

/** What is needed to bring something back to the grid of the subject's image file. */
export type PreparedGrid = Pick<PreparedSubject, 'shape' | 'affine' | 'original'>;

/** Whether preparing changed more than the order of the axes: else each voxel only goes back to its place. */
export const isResampled = ({ shape, affine, original }: PreparedGrid): boolean =>
  !sameGrid({ shape, affine }, canonicalGrid(original), 1e-6);

/** Labels on the prepared grid (nearest neighbour where it was resampled) as a volume on the image file's grid. */
export function restoreLabels(labels: Uint8Array, prepared: PreparedGrid): Volume<Uint8Array> {
  const { shape, affine, original } = prepared;
  if (!isResampled(prepared)) return fromCanonical(labels, original);
  // The last original voxels can lie more than half a prepared voxel behind the last prepared one: they get its value.
  const extended = {
    data: pad(labels, shape, { before: [0, 0, 0], after: [1, 1, 1] }, 'edge'),
    shape: [shape[0] + 1, shape[1] + 1, shape[2] + 1] as const,
    affine,
  };
  const { data } = resampleTo(extended, canonicalGrid(original), 'nearest');
  return fromCanonical(data as Uint8Array, original);
}
