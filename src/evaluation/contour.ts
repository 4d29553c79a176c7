import { kernels, layOut } from '../volume/kernels/kernels.ts';
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
  const [depth, height, width] = shape;
  const stride = width + 2;
  const size = (height + 2) * stride;
  const [first, result] = layOut(3 * size + 16, height * width + 16) as [number, number];
  const { memory, contourSlice } = kernels();
  const slices = [0, 1, 2].map(slot => new Uint8Array(memory.buffer, first + slot * size, size));
  const found = new Uint8Array(memory.buffer, result, height * width);
  /** Puts a slice into its place among the three, with what is outside the image around it. */
  const bring = (z: number): number => {
    const slot = (z + 3) % 3;
    const slice = slices[slot]!.fill(edge === 'open' ? 1 : 0);
    for (let y = 0; z >= 0 && z < depth && y < height; y++) {
      const row = (z * height + y) * width;
      slice.set(mask.subarray(row, row + width), (y + 1) * stride + 1);
    }
    return first + slot * size;
  };
  const contour = new Uint8Array(mask.length);
  let [before, slice] = [bring(-1), bring(0)];
  for (let z = 0; z < depth; z++) {
    const behind = bring(z + 1);
    contourSlice(before, slice, behind, result, height, width, neighbourhood === 'corners');
    contour.set(found, z * height * width);
    [before, slice] = [slice, behind];
  }
  return contour;
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
