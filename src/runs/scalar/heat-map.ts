import { cornerAround } from '../../pipeline/crop-sampling.ts';
import type { PreparedHandle } from '../../pipeline/prepare-subjects.ts';
import type { Grid } from '../../pipeline/subject.ts';
import { canonicalGrid, fromCanonical } from '../../volume/orientation.ts';
import { resampleTo } from '../../volume/resample.ts';
import type { Affine, Volume, Zyx } from '../../volume/volume.ts';

/**
 * A coarse map over the middle of a prepared volume as a volume on the grid of its image file; 0 outside of what the network
 * was given. Feature maps lie evenly over the image, which is exact for padded convolutions.
 * @param size of the image that the network was given
 */
export function heatMapVolume(
  map: { readonly data: Float32Array; readonly shape: Zyx },
  prepared: Pick<PreparedHandle, 'shape' | 'affine'> & { readonly original: Grid },
  size: Zyx,
): Volume<Float32Array> {
  const { shape, affine, original } = prepared;
  const corner = cornerAround([shape[0] >> 1, shape[1] >> 1, shape[2] >> 1], size, shape);
  const mapAffine = affineOfMap(affine, corner, size, map.shape);
  const { data } = resampleTo({ ...map, affine: mapAffine }, canonicalGrid(original), 'linear');
  return fromCanonical(data as Float32Array, original);
}

/** From voxels of the map to mm: voxel m of the map is centred on (m + ½) · step − ½ of the image. */
function affineOfMap(affine: Affine, corner: Zyx, size: Zyx, shape: Zyx): Affine {
  const step = size.map((extent, axis) => extent / shape[axis]!);
  // Columns of an affine are x, y, z.
  const xyz = (values: readonly number[]) => [values[2]!, values[1]!, values[0]!];
  const [steps, first] = [xyz(step), xyz(step.map((one, axis) => corner[axis]! + one / 2 - 0.5))];
  return affine.map((entry, index) => {
    const column = index % 4;
    if (index >= 12) return entry;
    if (column < 3) return entry * steps[column]!;
    const row = index - 3;
    return entry + first.reduce((sum, voxel, axis) => sum + affine[row + axis]! * voxel, 0);
  });
}
