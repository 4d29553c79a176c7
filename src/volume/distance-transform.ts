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
  const pass = makeParabolaPass(squares, Math.max(Y, Z));
  for (let z = 0; z < Z; z++) for (let x = 0; x < X; x++) pass(z * Y * X + x, X, Y, spacing[1]);
  for (let start = 0; start < Y * X; start++) pass(start, Y * X, Z, spacing[0]);
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

/** A pass along lines of up to `longest` voxels, with working memory made once. */
function makeParabolaPass(squares: Float32Array, longest: number) {
  const height = new Float64Array(longest);
  const vertex = new Int32Array(longest);
  /** Where each parabola of the envelope begins to be the lowest. */
  const begin = new Float64Array(longest + 1);
  return (start: number, stride: number, length: number, spacing: number): void => {
    const scale = spacing * spacing;
    let last = -1;
    for (let q = 0; q < length; q++) {
      const value = squares[start + q * stride]! / scale;
      height[q] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let crossing = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        const v = vertex[last]!;
        crossing = (value + q * q - height[v]! - v * v) / (2 * (q - v));
        if (crossing > begin[last]!) break;
        last--;
        crossing = Number.NEGATIVE_INFINITY;
      }
      vertex[++last] = q;
      begin[last] = crossing;
    }
    if (last < 0) return;
    begin[last + 1] = Number.POSITIVE_INFINITY;
    for (let q = 0, k = 0; q < length; q++) {
      while (begin[k + 1]! < q) k++;
      const v = vertex[k]!;
      squares[start + q * stride] = ((q - v) * (q - v) + height[v]!) * scale;
    }
  };
}
