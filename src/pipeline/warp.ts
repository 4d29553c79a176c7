import type { Zyx } from '../volume/volume.ts';
import type { Crop } from './crop.ts';
import type { Deformation, Matrix3, Rows } from './deformation.ts';
import type { Block } from './prepared-reader.ts';

/** Whether image and labels go on with their border's value outside the block, or are zero there. */
export interface Beyond {
  readonly image: boolean;
  readonly labels: boolean;
}

/**
 * Fills a crop by interpolation: for each of its voxels a source in the block, images linear, labels and mask nearest
 * neighbour. Sources more than half a voxel outside take zero where `beyond` says so.
 * @param centre the crop's centre in the block's voxels.
 */
export function warp(block: Block, centre: Zyx, deformation: Deformation, crop: Crop, beyond: Beyond): void {
  const { matrix: m, shift, displacement } = deformation;
  const [DZ, DY, DX] = block.shape;
  const [Z, Y, X] = crop.shape;
  const [channel] = block.images;
  const [target] = crop.images;
  const single = block.images.length === 1;
  const { labels, mask } = block;
  const stepY = DY > 1 ? DX : 0;
  const stepZ = DZ > 1 ? DX * DY : 0;
  const stepX = DX > 1 ? 1 : 0;
  const [lastZ, lastY, lastX] = [DZ - 1, DY - 1, DX - 1];
  const everywhere = beyond.image && beyond.labels;
  const cz = centre[0] + shift[0];
  const cy = centre[1] + shift[1];
  const cx = centre[2] + shift[2];
  const moved: Rows = [new Float64Array(X), new Float64Array(X), new Float64Array(X)];
  let to = 0;
  for (let k = 0; k < Z; k++) {
    const vz = k - (Z - 1) / 2;
    for (let j = 0; j < Y; j++) {
      const vy = j - (Y - 1) / 2;
      displacement?.row(k, j, moved);
      for (let i = 0; i < X; i++, to++) {
        const vx = i - (X - 1) / 2;
        let uz = vz;
        let uy = vy;
        let ux = vx;
        if (displacement !== undefined) {
          uz += moved[0][i];
          uy += moved[1][i];
          ux += moved[2][i];
        }
        let z = m[0] * uz + m[1] * uy + m[2] * ux + cz;
        let y = m[3] * uz + m[4] * uy + m[5] * ux + cy;
        let x = m[6] * uz + m[7] * uy + m[8] * ux + cx;
        const outside =
          !everywhere &&
          (z < -0.5 || y < -0.5 || x < -0.5 || z > lastZ + 0.5 || y > lastY + 0.5 || x > lastX + 0.5);
        z = Math.min(Math.max(z, 0), lastZ);
        y = Math.min(Math.max(y, 0), lastY);
        x = Math.min(Math.max(x, 0), lastX);
        // Truncation rounds down, as nothing is negative any more.
        if (outside && !beyond.labels) {
          crop.labels[to] = 0;
          if (mask !== undefined) crop.mask![to] = 0;
        } else {
          const nearest = ((z + 0.5) | 0) * DY * DX + ((y + 0.5) | 0) * DX + ((x + 0.5) | 0);
          crop.labels[to] = labels[nearest];
          if (mask !== undefined) crop.mask![to] = mask[nearest];
        }
        if (outside && !beyond.image) {
          for (const image of crop.images) image[to] = 0;
          continue;
        }
        const z0 = z | 0;
        const y0 = y | 0;
        const x0 = x | 0;
        // On the last voxel the upper neighbour has no weight: the step to it is left out.
        const dz = z0 < lastZ ? stepZ : 0;
        const dy = y0 < lastY ? stepY : 0;
        const dx = x0 < lastX ? stepX : 0;
        const at = (z0 * DY + y0) * DX + x0;
        if (single) {
          target[to] = interpolate(channel, at, dz, dy, dx, z - z0, y - y0, x - x0);
        } else {
          for (let c = 0; c < block.images.length; c++) {
            crop.images[c][to] = interpolate(block.images[c], at, dz, dy, dx, z - z0, y - y0, x - x0);
          }
        }
      }
    }
  }
}

/** Trilinear interpolation from the voxel `at` and its upper neighbours. */
function interpolate(
  data: Float32Array,
  at: number,
  dz: number,
  dy: number,
  dx: number,
  tz: number,
  ty: number,
  tx: number,
): number {
  const a = data[at];
  const b = data[at + dy];
  const c = data[at + dz];
  const d = data[at + dz + dy];
  const near = a + (data[at + dx] - a) * tx;
  const nearUp = b + (data[at + dy + dx] - b) * tx;
  const far = c + (data[at + dz + dx] - c) * tx;
  const farUp = d + (data[at + dz + dy + dx] - d) * tx;
  const front = near + (nearUp - near) * ty;
  const back = far + (farUp - far) * ty;
  return front + (back - front) * tz;
}

/** Fills a crop voxel by voxel, mirrored along the axes whose entry in the matrix is −1. All of it lies in the block. */
export function copyFlipped(block: Block, centre: Zyx, matrix: Matrix3, crop: Crop): void {
  const [Z, Y, X] = crop.shape;
  const [, DY, DX] = block.shape;
  const stride = [matrix[0] * DY * DX, matrix[4] * DX, matrix[8]];
  const first = [0, 1, 2].map(axis => centre[axis] - (matrix[4 * axis] * (crop.shape[axis] - 1)) / 2);
  const start = (first[0] * DY + first[1]) * DX + first[2];
  const copy = <T extends Float32Array | Uint8Array>(from: T, target: T) => {
    let to = 0;
    for (let z = 0; z < Z; z++) {
      for (let y = 0; y < Y; y++) {
        let at = start + z * stride[0] + y * stride[1];
        for (let x = 0; x < X; x++, at += stride[2]) target[to++] = from[at];
      }
    }
  };
  block.images.forEach((image, c) => {
    copy(image, crop.images[c]);
  });
  copy(block.labels, crop.labels);
  if (block.mask !== undefined) copy(block.mask, crop.mask!);
}
