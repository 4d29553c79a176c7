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
  const [Z, Y, X] = crop.shape;
  const { displacement } = deformation;
  const moved: Rows = [new Float64Array(X), new Float64Array(X), new Float64Array(X)];
  const sources = new SourceRow(X, block.shape);
  const origin = [0, 1, 2].map(axis => centre[axis] + deformation.shift[axis]) as [number, number, number];
  for (let z = 0, to = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++, to += X) {
      displacement?.row(z, y, moved);
      sources.locate(z - (Z - 1) / 2, y - (Y - 1) / 2, moved, deformation.matrix, origin);
      for (let c = 0; c < crop.images.length; c++) {
        sources.interpolate(block.images[c], crop.images[c], to);
        if (!beyond.image) sources.clearOutside(crop.images[c], to);
      }
      sources.pick(block.labels, crop.labels, to);
      if (!beyond.labels) sources.clearOutside(crop.labels, to);
      if (block.mask === undefined || crop.mask === undefined) continue;
      sources.pick(block.mask, crop.mask, to);
      if (!beyond.labels) sources.clearOutside(crop.mask, to);
    }
  }
}

/** The sources of one row of a crop, found once for all channels: loops of one kind of array each are fast. */
class SourceRow {
  /** The lowest of the eight voxels around each source, and where between them it lies. */
  private readonly lowest: Int32Array;
  private readonly tz: Float64Array;
  private readonly ty: Float64Array;
  private readonly tx: Float64Array;
  private readonly nearest: Int32Array;
  private readonly outside: Uint8Array;
  private anyOutside = false;
  /** Steps to the upper neighbours; none along an axis of one voxel. */
  private readonly up: Zyx;

  constructor(
    private readonly length: number,
    private readonly shape: Zyx,
  ) {
    const [Z, Y, X] = shape;
    this.up = [Z > 1 ? Y * X : 0, Y > 1 ? X : 0, X > 1 ? 1 : 0];
    this.lowest = new Int32Array(length);
    this.tz = new Float64Array(length);
    this.ty = new Float64Array(length);
    this.tx = new Float64Array(length);
    this.nearest = new Int32Array(length);
    this.outside = new Uint8Array(length);
  }

  locate(vz: number, vy: number, [dz, dy, dx]: Rows, m: Matrix3, origin: Zyx): void {
    const { lowest, tz, ty, tx, nearest, outside } = this;
    const [Z, Y, X] = this.shape;
    const [lastZ, lastY, lastX] = [Z - 1, Y - 1, X - 1];
    // The lower neighbour is at most the last voxel but one: the last then has all the weight as its upper neighbour.
    const [topZ, topY, topX] = [Math.max(Z - 2, 0), Math.max(Y - 2, 0), Math.max(X - 2, 0)];
    let outsiders = 0;
    for (let i = 0; i < this.length; i++) {
      const uz = vz + dz[i];
      const uy = vy + dy[i];
      const ux = i - (this.length - 1) / 2 + dx[i];
      let z = m[0] * uz + m[1] * uy + m[2] * ux + origin[0];
      let y = m[3] * uz + m[4] * uy + m[5] * ux + origin[1];
      let x = m[6] * uz + m[7] * uy + m[8] * ux + origin[2];
      outside[i] = 0;
      if (!(z >= 0 && y >= 0 && x >= 0 && z <= lastZ && y <= lastY && x <= lastX)) {
        const near = z >= -0.5 && y >= -0.5 && x >= -0.5;
        outside[i] = near && z <= lastZ + 0.5 && y <= lastY + 0.5 && x <= lastX + 0.5 ? 0 : 1;
        outsiders += outside[i];
        z = Math.min(Math.max(z, 0), lastZ);
        y = Math.min(Math.max(y, 0), lastY);
        x = Math.min(Math.max(x, 0), lastX);
      }
      // Truncation rounds down, as nothing is negative any more.
      nearest[i] = (((z + 0.5) | 0) * Y + ((y + 0.5) | 0)) * X + ((x + 0.5) | 0);
      const z0 = Math.min(z | 0, topZ);
      const y0 = Math.min(y | 0, topY);
      const x0 = Math.min(x | 0, topX);
      lowest[i] = (z0 * Y + y0) * X + x0;
      tz[i] = z - z0;
      ty[i] = y - y0;
      tx[i] = x - x0;
    }
    this.anyOutside = outsiders > 0;
  }

  /** Trilinear interpolation. */
  interpolate(data: Float32Array, target: Float32Array, to: number): void {
    const { lowest, tz, ty, tx, length } = this;
    const [dz, dy, dx] = this.up;
    for (let i = 0; i < length; i++) {
      const at = lowest[i];
      const far = at + dz;
      const x = tx[i];
      const y = ty[i];
      const a = data[at] * (1 - x) + data[at + dx] * x;
      const b = data[at + dy] * (1 - x) + data[at + dy + dx] * x;
      const c = data[far] * (1 - x) + data[far + dx] * x;
      const d = data[far + dy] * (1 - x) + data[far + dy + dx] * x;
      const near = a * (1 - y) + b * y;
      target[to + i] = near * (1 - tz[i]) + (c * (1 - y) + d * y) * tz[i];
    }
  }

  /** Nearest neighbours. */
  pick(data: Uint8Array, target: Uint8Array, to: number): void {
    for (let i = 0; i < this.length; i++) target[to + i] = data[this.nearest[i]];
  }

  clearOutside(target: Float32Array | Uint8Array, to: number): void {
    if (!this.anyOutside) return;
    for (let i = 0; i < this.length; i++) if (this.outside[i] === 1) target[to + i] = 0;
  }
}

/** Fills a crop voxel by voxel, mirrored along the axes whose entry in the matrix is −1. All of it lies in the block. */
export function copyFlipped(block: Block, centre: Zyx, matrix: Matrix3, crop: Crop): void {
  const [Z, Y, X] = crop.shape;
  const [, DY, DX] = block.shape;
  const [stepZ, stepY] = [matrix[0] * DY * DX, matrix[4] * DX];
  const [firstZ, firstY] = [0, 1].map(axis => centre[axis] - (matrix[4 * axis] * (crop.shape[axis] - 1)) / 2);
  const start = (firstZ * DY + firstY) * DX + centre[2] - (X - 1) / 2;
  const copy = (from: Float32Array | Uint8Array, target: Float32Array | Uint8Array) => {
    for (let z = 0, to = 0; z < Z; z++) {
      for (let y = 0; y < Y; y++, to += X) {
        const at = start + z * stepZ + y * stepY;
        target.set(from.subarray(at, at + X), to);
        if (matrix[8] < 0) target.subarray(to, to + X).reverse();
      }
    }
  };
  block.images.forEach((image, c) => {
    copy(image, crop.images[c]);
  });
  copy(block.labels, crop.labels);
  if (block.mask !== undefined && crop.mask !== undefined) copy(block.mask, crop.mask);
}
