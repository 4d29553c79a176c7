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
 * A volume with margins filled up as NumPy's `pad` does, one axis after the other: `zero` is its `constant`,
 * `linear-ramp` falls to 0, statistics are those of whole lines. `none` is without margins by definition.
 * @returns the padded voxels, of shape `before + shape + after`.
 */
export function pad<T extends Voxels>(data: T, shape: Zyx, { before, after }: Margins, mode: PaddingMode): T {
  let padded = data;
  const size: [number, number, number] = [...shape];
  for (const axis of [0, 1, 2] as const) {
    if (before[axis] + after[axis] === 0) continue;
    padded = padAxis(padded, size, axis, before[axis], after[axis], mode);
    size[axis] += before[axis] + after[axis];
  }
  return padded;
}

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

function padAxis<T extends Voxels>(
  data: T,
  shape: Zyx,
  axis: 0 | 1 | 2,
  before: number,
  after: number,
  mode: PaddingMode,
): T {
  const old = shape[axis];
  const size = before + old + after;
  const outer = shape.slice(0, axis).reduce((product, n) => product * n, 1);
  const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const result = new (data.constructor as new (length: number) => T)(outer * size * inner);
  for (let o = 0; o < outer; o++) {
    result.set(data.subarray(o * old * inner, (o + 1) * old * inner), (o * size + before) * inner);
  }
  const margin = Array.from({ length: before + after }, (_, i) => (i < before ? i : i + old));
  const indexMap = indexMaps[mode];
  if (indexMap !== undefined) {
    for (const k of margin) repeat(result, outer, size, inner, before + indexMap(k - before, old), k);
  } else if (mode !== 'zero' && mode !== 'none') {
    fillLines(result, outer, old, inner, before, after, mode);
  }
  return result;
}

/** Copies all voxels at place `from` of an axis to place `to`. */
function repeat(data: Voxels, outer: number, size: number, inner: number, from: number, to: number): void {
  for (let o = 0; o < outer; o++) {
    const line = o * size;
    if (inner === 1) data[line + to] = data[line + from];
    else data.copyWithin((line + to) * inner, (line + from) * inner, (line + from + 1) * inner);
  }
}

/** Fills the margins of each line with what its own voxels give. */
function fillLines(
  data: Voxels,
  outer: number,
  old: number,
  inner: number,
  before: number,
  after: number,
  mode: PaddingMode,
): void {
  const size = before + old + after;
  const line = new Float32Array(old);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (k: number) => (o * size + before + k) * inner + i;
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
