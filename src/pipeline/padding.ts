import type { PaddingMode } from '../config/schema/configuration.ts';
import type { Zyx } from '../volume/volume.ts';

/** Voxels added before and behind each axis. */
export interface Margins {
  readonly before: Zyx;
  readonly after: Zyx;
}

type Voxels = Float32Array | Uint8Array;

/** Margins that bring a volume at least to a size; of an odd number the larger half comes before, as in InnerEye. */
export function marginsTo(shape: Zyx, size: Zyx): Margins {
  const missing = (axis: 0 | 1 | 2) => Math.max(0, size[axis] - shape[axis]);
  return {
    before: [Math.ceil(missing(0) / 2), Math.ceil(missing(1) / 2), Math.ceil(missing(2) / 2)],
    after: [Math.floor(missing(0) / 2), Math.floor(missing(1) / 2), Math.floor(missing(2) / 2)],
  };
}

/**
 * A volume with margins filled up as NumPy's `pad` does: `zero` is its `constant`, `linear-ramp` falls to 0, statistics
 * are those of whole lines, one axis after the other. `none` is without margins by definition.
 * @param into where to put the padded voxels, of shape `before + shape + after`; default: a new array.
 */
export function pad<T extends Voxels>(data: T, shape: Zyx, margins: Margins, mode: PaddingMode, into?: T): T {
  const { before, after } = margins;
  const [Z, Y, X] = shape.map((n, axis) => before[axis] + n + after[axis]);
  const result = into ?? new (data.constructor as new (length: number) => T)(Z * Y * X);
  const map = indexMaps[mode] ?? outsideIsNothing;
  const [fromZ, fromY, fromX] = [0, 1, 2].map(axis =>
    Int32Array.from({ length: [Z, Y, X][axis] }, (_, i) => map(i - before[axis], shape[axis])),
  );
  let to = 0;
  for (let z = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++, to += X) {
      if (fromZ[z] < 0 || fromY[y] < 0) {
        result.fill(0, to, to + X);
        continue;
      }
      const row = (fromZ[z] * shape[1] + fromY[y]) * shape[2];
      result.set(data.subarray(row, row + shape[2]), to + before[2]);
      for (let x = 0; x < before[2]; x++) result[to + x] = fromX[x] < 0 ? 0 : data[row + fromX[x]];
      for (let x = X - after[2]; x < X; x++) result[to + x] = fromX[x] < 0 ? 0 : data[row + fromX[x]];
    }
  }
  if (mode in indexMaps || mode === 'zero' || mode === 'none') return result;
  for (const axis of [0, 1, 2] as const) fillMargins(result, [Z, Y, X], margins, shape, axis, mode);
  return result;
}

const outsideIsNothing = (i: number, n: number) => (i >= 0 && i < n ? i : -1);

/** How label maps and masks are padded with their image: its voxels are repeated or mirrored, or else background. */
export const labelPadding = (mode: PaddingMode): PaddingMode => (mode in indexMaps ? mode : 'zero');

/** Old index (−1: none) of a place `i` before or behind a line of n voxels. */
const indexMaps: Partial<Record<PaddingMode, (i: number, n: number) => number>> = {
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => modulo(i, n),
  symmetric: (i, n) => {
    const place = modulo(i, 2 * n);
    return place < n ? place : 2 * n - 1 - place;
  },
  reflect: (i, n) => {
    if (n === 1) return 0;
    const place = modulo(i, 2 * n - 2);
    return place < n ? place : 2 * n - 2 - place;
  },
};

const modulo = (i: number, n: number) => ((i % n) + n) % n;

/** Fills the margins of an axis, of each line with what its own voxels give. Those of later axes are still empty. */
function fillMargins(
  data: Voxels,
  size: Zyx,
  margins: Margins,
  shape: Zyx,
  axis: 0 | 1 | 2,
  mode: PaddingMode,
): void {
  const [before, after, old] = [margins.before[axis], margins.after[axis], shape[axis]];
  if (before + after === 0) return;
  const outer = size.slice(0, axis).reduce((product, n) => product * n, 1);
  const inner = size.slice(axis + 1).reduce((product, n) => product * n, 1);
  const line = new Float32Array(old);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (k: number) => (o * size[axis] + before + k) * inner + i;
      for (let k = 0; k < old; k++) line[k] = data[at(k)];
      const value = mode === 'linear-ramp' ? undefined : fillValue(mode, line);
      for (let k = -before; k < 0; k++) data[at(k)] = value ?? ramp(k, line, before, after);
      for (let k = old; k < old + after; k++) data[at(k)] = value ?? ramp(k, line, before, after);
    }
  }
}

/** From the border's value down to 0 at the outermost voxel, as `linspace` without its end. */
const ramp = (k: number, line: Float32Array, before: number, after: number) =>
  k < 0 ? (line[0] * (k + before)) / before : (line[line.length - 1] * (line.length + after - 1 - k)) / after;

function fillValue(mode: PaddingMode, line: Float32Array): number {
  switch (mode) {
    case 'minimum':
      return line.reduce((least, value) => Math.min(least, value));
    case 'maximum':
      return line.reduce((most, value) => Math.max(most, value));
    case 'mean':
      return line.reduce((sum, value) => sum + value, 0) / line.length;
    case 'median': {
      const sorted = line.toSorted();
      const middle = line.length >> 1;
      return line.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
    default:
      return 0;
  }
}
