import { kernels, layOut } from './kernels/kernels.ts';
import type { Zyx } from './volume.ts';

/** A part of a volume: from `start` up to but without `end`, [z, y, x]. */
export interface Box {
  readonly start: Zyx;
  readonly end: Zyx;
}

/**
 * The exact Euclidean distance in mm of every voxel to the nearest voxel of `mask` that is not 0, which itself has
 * distance 0; infinite where there is none. One pass an axis over lower envelopes of parabolas (Felzenszwalb and
 * Huttenlocher 2012); squares are kept in float32 between passes, a relative error below 1e-6.
 * @param spacing [z, y, x] in mm.
 * @param box Only this part is looked at, and only its distances are returned, as an array of the box's shape.
 */
export function distanceTransform(
  mask: ArrayLike<number>,
  shape: Zyx,
  spacing: Zyx,
  box: Box = { start: [0, 0, 0], end: shape },
): Float32Array {
  const [Z, Y, X] = [0, 1, 2].map(axis => box.end[axis]! - box.start[axis]!) as [number, number, number];
  const squares = squaresAlongX(mask, shape, box, spacing[2]);
  parabolasAlongY(squares, [Z, Y, X], spacing[1]);
  parabolasAlongZ(squares, [Z, Y, X], spacing[0]);
  for (let i = 0; i < squares.length; i++) squares[i] = Math.sqrt(squares[i]!);
  return squares;
}

/** The smallest box that holds all voxels that are not 0, widened by `margin` voxels; undefined where there are none. */
export function boundingBox(mask: ArrayLike<number>, [Z, Y, X]: Zyx, margin = 0): Box | undefined {
  let [z0, y0, x0, z1, y1, x1] = [Z, Y, X, -1, -1, -1];
  for (let z = 0, i = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++, i++) {
        if (mask[i] === 0) continue;
        if (z < z0) z0 = z;
        z1 = z;
        if (y < y0) y0 = y;
        if (y > y1) y1 = y;
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
      }
    }
  }
  if (z1 < 0) return undefined;
  return {
    start: [Math.max(0, z0 - margin), Math.max(0, y0 - margin), Math.max(0, x0 - margin)],
    end: [Math.min(Z, z1 + 1 + margin), Math.min(Y, y1 + 1 + margin), Math.min(X, x1 + 1 + margin)],
  };
}

/** Squared distances within each row, by one scan forth and one back. */
function squaresAlongX(
  mask: ArrayLike<number>,
  [, Y, X]: Zyx,
  { start, end }: Box,
  step: number,
): Float32Array {
  const width = end[2] - start[2];
  const squares = new Float32Array((end[0] - start[0]) * (end[1] - start[1]) * width);
  let row = 0;
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++, row += width) {
      const from = start[2] + X * (y + Y * z);
      let steps = Number.POSITIVE_INFINITY;
      for (let x = 0; x < width; x++) {
        steps = mask[from + x] === 0 ? steps + 1 : 0;
        squares[row + x] = steps;
      }
      steps = Number.POSITIVE_INFINITY;
      for (let x = width - 1; x >= 0; x--) {
        steps = squares[row + x] === 0 ? 0 : steps + 1;
        squares[row + x] = (Math.min(steps, squares[row + x]!) * step) ** 2;
      }
    }
  }
  return squares;
}

/** Columns along z that are looked at together: a tile of them stays in the processor's cache. */
const tileWidth = 256;

/** Envelopes along y, slice by slice, in place. */
function parabolasAlongY(squares: Float32Array, [Z, Y, X]: Zyx, step: number): void {
  const [slice, scratch] = layOut(4 * Y * X, scratchBytes(Y)) as [number, number];
  const { memory, parabolas } = kernels();
  const tile = new Float32Array(memory.buffer, slice, Y * X);
  for (let z = 0; z < Z; z++) {
    tile.set(squares.subarray(z * Y * X, (z + 1) * Y * X));
    parabolas(slice, Y, X, scratch, step * step);
    squares.set(tile, z * Y * X);
  }
}

/** Envelopes along z, a tile of columns at a time, in place. */
function parabolasAlongZ(squares: Float32Array, [Z, Y, X]: Zyx, step: number): void {
  const inner = Y * X;
  const width = Math.min(tileWidth, inner);
  const [columns, scratch] = layOut(4 * Z * width, scratchBytes(Z)) as [number, number];
  const { memory, parabolas } = kernels();
  const tile = new Float32Array(memory.buffer, columns, Z * width);
  for (let k = 0; k < inner; k += width) {
    const count = Math.min(width, inner - k);
    for (let z = 0; z < Z; z++) {
      tile.set(squares.subarray(z * inner + k, z * inner + k + count), z * count);
    }
    parabolas(columns, Z, count, scratch, step * step);
    for (let z = 0; z < Z; z++) {
      squares.set(tile.subarray(z * count, (z + 1) * count), z * inner + k);
    }
  }
}

const scratchBytes = (size: number) => 8 * (2 * size + 1) + 4 * size;
