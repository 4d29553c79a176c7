import { voxelCount } from '../../../src/volume/volume.ts';
import type { VolumeData } from './volume-data.ts';

/** Grey values from black to white. */
export interface Window {
  readonly low: number;
  readonly high: number;
}

/** Windows of computed tomography in Hounsfield units, by centre and width as radiologists name them. */
export const CT_WINDOWS: readonly { readonly name: string; readonly window: Window }[] = [
  { name: 'Soft tissue', window: { low: -160, high: 240 } },
  { name: 'Lung', window: { low: -1350, high: 150 } },
  { name: 'Bone', window: { low: -500, high: 1300 } },
  { name: 'Brain', window: { low: 0, high: 80 } },
  { name: 'Liver', window: { low: -45, high: 105 } },
];

/** Ends of a window as radiologists name it: `level` in its middle, and how wide it is. */
export const windowOf = (level: number, width: number): Window => ({
  low: level - width / 2,
  high: level + width / 2,
});

/**
 * Whether values are Hounsfield units of a whole scan: the least is that of air, −1000, or what scanners write where
 * they saw nothing, −1024 to −3024, and nothing is brighter than metal at the end of 16 bits.
 * @param sorted ascending
 */
export function looksLikeCt(sorted: Float32Array): boolean {
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  return least <= -950 && least >= -3100 && most > 0 && most <= 32_767;
}

/** How many voxels are looked at: enough for percentiles, and quick for any volume. */
const SAMPLES = 2 ** 17;

/** Values of evenly spread voxels that have arrived, ascending; without NaN and infinities. */
export function sampleValues(
  { data, shape, slope, intercept, loaded }: VolumeData,
  component = 0,
): Float32Array {
  const first = component * voxelCount(shape);
  const count = Math.max(0, Math.min(voxelCount(shape), loaded - first));
  // Odd, so that it does not fall into step with rows of voxels.
  const stride = Math.max(1, Math.floor(count / SAMPLES)) | 1;
  const values = new Float32Array(Math.ceil(count / stride));
  let kept = 0;
  for (let i = 0; i < count; i += stride) {
    const value = slope * data[first + i]! + intercept;
    if (Number.isFinite(value)) values[kept++] = value;
  }
  return values.subarray(0, kept).sort();
}

const quantile = (sorted: Float32Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0;

/**
 * Soft tissue (level 40, width 400) for computed tomography, of which air and bone would leave the organs one grey; else
 * the window between the 1st and the 99.9th percentile of what is not background. The darkest value counts as
 * background where more than a tenth of the voxels have it.
 */
export function defaultWindow(sorted: Float32Array): Window {
  if (looksLikeCt(sorted)) return windowOf(40, 400);
  const darkest = sorted[0] ?? 0;
  const body = withoutBackground(sorted);
  const [low, high] = [quantile(body, 0.01), quantile(body, 0.999)];
  return high > low
    ? { low: body === sorted ? low : Math.min(low, darkest), high }
    : { low: darkest, high: darkest + 1 };
}

function withoutBackground(sorted: Float32Array): Float32Array {
  const first = upperBound(sorted, sorted[0] ?? 0);
  return first > sorted.length / 10 && first < sorted.length ? sorted.subarray(first) : sorted;
}

/** How many of the sorted values are at most `limit`. */
function upperBound(sorted: Float32Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers of values in `bins` equal steps between the smallest and the largest; background is not counted. */
export function histogram(
  values: Float32Array,
  bins: number,
): { readonly low: number; readonly high: number; readonly counts: Uint32Array } {
  const sorted = withoutBackground(values);
  const counts = new Uint32Array(bins);
  const [low, high] = [quantile(sorted, 0.0005), quantile(sorted, 0.9995)];
  const scale = high > low ? bins / (high - low) : 0;
  for (const value of sorted) {
    const bin = Math.floor((value - low) * scale);
    if (bin >= 0 && bin < bins) counts[bin]!++;
  }
  return { low, high, counts };
}
