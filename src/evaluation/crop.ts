import type { Box } from '../volume/distance-transform.ts';
import type { Zyx } from '../volume/volume.ts';

/** One class cut out of a segmentation. */
export interface Crop {
  /** 1 where the voxel has the class, `[z, y, x]`. */
  readonly mask: Uint8Array;
  readonly shape: Zyx;
}

/**
 * The box with one voxel more on every side, as far as the image reaches. A voxel of the structure at the crop's edge
 * is then at the image's edge, so contours need no other knowledge of the image.
 */
export function withMargin({ start, end }: Box, shape: Zyx): Box {
  const grow = (axis: number) =>
    [Math.max(start[axis]! - 1, 0), Math.min(end[axis]! + 1, shape[axis]!)] as const;
  const [z, y, x] = [grow(0), grow(1), grow(2)];
  return { start: [z[0], y[0], x[0]], end: [z[1], y[1], x[1]] };
}

/**
 * Cuts a class out of a class map.
 * @param labels class of each voxel `[z, y, x]`
 * @param mask where given, voxels with 0 in it do not belong to the class
 */
export function cropClass(
  labels: Uint8Array,
  [, height, width]: Zyx,
  label: number,
  { start, end }: Box,
  mask?: Uint8Array,
): Crop {
  const shape: Zyx = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  const result = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let target = 0;
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      for (let index = row + start[2]; index < row + end[2]; index++, target++) {
        if (labels[index] === label && mask?.[index] !== 0) result[target] = 1;
      }
    }
  }
  return { mask: result, shape };
}
