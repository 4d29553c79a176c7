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
  const slice = height * width;
  const result = new Uint8Array(mask.length);
  const steps = neighbourhood === 'faces' ? faceSteps : cornerSteps;
  const offsets = steps.map(([z, y, x]) => z * slice + y * width + x);
  let index = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const inner = z > 0 && z < depth - 1 && y > 0 && y < height - 1;
      for (let x = 0; x < width; x++, index++) {
        if (mask[index] === 0) continue;
        if (inner && x > 0 && x < width - 1) {
          for (let k = 0; k < offsets.length; k++) {
            if (mask[index + offsets[k]!] === 0) {
              result[index] = 1;
              break;
            }
          }
        } else if (edge === 'closed') {
          result[index] = 1;
        } else if (
          steps.some(([dz, dy, dx], k) => {
            const [nz, ny, nx] = [z + dz, y + dy, x + dx];
            const inside = nz >= 0 && nz < depth && ny >= 0 && ny < height && nx >= 0 && nx < width;
            return inside && mask[index + offsets[k]!] === 0;
          })
        ) {
          result[index] = 1;
        }
      }
    }
  }
  return result;
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

const cornerSteps = [-1, 0, 1]
  .flatMap(z => [-1, 0, 1].flatMap(y => [-1, 0, 1].map(x => [z, y, x] as const)))
  .filter(([z, y, x]) => z !== 0 || y !== 0 || x !== 0);
const faceSteps = cornerSteps.filter(([z, y, x]) => Math.abs(z) + Math.abs(y) + Math.abs(x) === 1);
