import type { Zyx } from '../volume/volume.ts';
import type { Crop } from './crop.ts';

/**
 * Which voxels of an object count as its contour.
 * - `faces`: those with a face neighbour outside the object (SimpleITK's LabelContour);
 * - `corners`: those with any of the 26 neighbours outside the object (the zero set of SignedMaurerDistanceMap).
 */
export type Neighbourhood = 'faces' | 'corners';

/**
 * Contour voxels of an object.
 * @param edge whether an object that reaches the image's edge ends there (`closed`: MONAI, SciPy's binary erosion) or
 *   is thought to go on (`open`: ITK)
 * @returns 1 for contour voxels
 */
export function contour(
  { mask, shape }: Crop,
  neighbourhood: Neighbourhood,
  edge: 'open' | 'closed',
): Uint8Array {
  const outside = edge === 'open' ? 1 : 0;
  let inside = mask.slice();
  for (const axis of [0, 1, 2] as const) {
    // All 26 neighbours are in the object where those along x are, of those along y, of those along z.
    const source = neighbourhood === 'faces' ? mask : inside;
    if (neighbourhood === 'corners') inside = inside.slice();
    keepBetween(source, inside, shape, axis, outside);
  }
  for (let index = 0; index < inside.length; index++) inside[index]! ^= mask[index]!;
  return inside;
}

/** Takes away from `kept` what has not both its neighbours along an axis in `mask`. */
function keepBetween(mask: Uint8Array, kept: Uint8Array, shape: Zyx, axis: 0 | 1 | 2, outside: 0 | 1): void {
  const size = shape[axis];
  const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  for (let start = 0; start < mask.length; start += size * stride) {
    const last = start + (size - 1) * stride;
    for (let index = start; index < start + stride; index++) {
      kept[index]! &= outside & (size > 1 ? mask[index + stride]! : outside);
    }
    for (let index = start + stride; index < last; index++) {
      kept[index]! &= mask[index - stride]! & mask[index + stride]!;
    }
    if (size === 1) continue;
    for (let index = last; index < last + stride; index++) kept[index]! &= mask[index - stride]! & outside;
  }
}

/** Whether the object reaches the edge of its crop, and with it the edge of the image. */
export function touchesEdge({ mask, shape: [depth, height, width] }: Crop): boolean {
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * width;
      const step = z === 0 || z === depth - 1 || y === 0 || y === height - 1 ? 1 : Math.max(width - 1, 1);
      for (let x = 0; x < width; x += step) if (mask[row + x]) return true;
    }
  }
  return false;
}
