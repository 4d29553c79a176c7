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
  const squares = squaresInSlices(mask, shape, box, spacing);
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

/** Squared distances within each slice: along x, and then envelopes along y. */
function squaresInSlices(
  mask: ArrayLike<number>,
  shape: Zyx,
  { start, end }: Box,
  spacing: Zyx,
): Float32Array {
  const [Z, Y, X] = [0, 1, 2].map(axis => end[axis]! - start[axis]!) as [number, number, number];
  const squares = new Float32Array(Z * Y * X);
  const [part, tile, scratch] = layOut(Y * X, 4 * Y * X, scratchBytes(Y)) as [number, number, number];
  const { memory, rowSquares, parabolas } = kernels();
  const bits = new Uint8Array(memory.buffer, part, Y * X);
  const slice = new Float32Array(memory.buffer, tile, Y * X);
  for (let z = 0; z < Z; z++) {
    let any = 0;
    for (let y = 0, to = 0; y < Y; y++) {
      const from = start[2] + shape[2] * (start[1] + y + shape[1] * (start[0] + z));
      for (let x = 0; x < X; x++, to++) any |= bits[to] = mask[from + x] === 0 ? 0 : 1;
    }
    if (any === 0) {
      squares.fill(Number.POSITIVE_INFINITY, z * Y * X, (z + 1) * Y * X);
      continue;
    }
    rowSquares(part, tile, Y, X, spacing[2]);
    parabolas(tile, Y, X, scratch, spacing[1] * spacing[1]);
    squares.set(slice, z * Y * X);
  }
  return squares;
}

/**
 * Columns along z that are looked at together: a tile of them stays in the processor's cache, where rows that are a power
 * of two apart would drive each other out.
 */
const tileWidth = 1008;

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

const scratchBytes = (size: number) => 8 * (3 * size + 1) + 4 * size;
