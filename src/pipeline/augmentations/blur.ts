import type { Zyx } from '../../volume/volume.ts';
import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/** Convolves with a Gaussian whose sigma, in voxels, is the same along all axes; the border is mirrored. */
export const blur: IntensityAugmentation<AugmentationSettings<'random_blur'>> = {
  kind: 'intensity',
  apply(values, { sigma_voxels }, random, { shape }) {
    smooth(values, shape, random.between(sigma_voxels[0], sigma_voxels[1]));
  },
};

/** Gaussian smoothing in place, cut off at four sigma, as `scipy.ndimage.gaussian_filter` with its defaults. */
export function smooth(values: Float32Array, [Z, Y, X]: Zyx, sigma: number): void {
  const radius = Math.floor(4 * sigma + 0.5);
  if (radius === 0) return;
  const kernel = gaussian(sigma, radius);
  alongAxis(values, Z * Y, X, 1, kernel);
  alongAxis(values, Z, Y, X, kernel);
  alongAxis(values, 1, Z, Y * X, kernel);
}

/** Weights at distances 0 … radius; both sides together add up to 1. */
function gaussian(sigma: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) =>
    Math.exp((-0.5 * i * i) / (sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + 2 * weight, -weights[0]);
  return weights.map(weight => weight / sum);
}

/** Convolution of the middle axis of `[outer, size, inner]`; rows of `inner` voxels are added up together. */
function alongAxis(
  values: Float32Array,
  outer: number,
  size: number,
  inner: number,
  kernel: Float64Array,
): void {
  const radius = kernel.length - 1;
  if (size === 1) return;
  // The lines with their mirrored margins, so that the loops below need no test for the border.
  const padded = new Float32Array((size + 2 * radius) * inner);
  for (let o = 0; o < outer; o++) {
    const start = o * size * inner;
    for (let k = -radius; k < size + radius; k++) {
      const from = start + mirror(k, size) * inner;
      const to = (k + radius) * inner;
      if (inner === 1) padded[to] = values[from];
      else padded.set(values.subarray(from, from + inner), to);
    }
    const length = size * inner;
    const centre = radius * inner;
    const weight = kernel[0];
    for (let i = 0; i < length; i++) {
      let sum = weight * padded[centre + i];
      for (let r = 1, step = inner; r <= radius; r++, step += inner) {
        sum += kernel[r] * (padded[centre + i - step] + padded[centre + i + step]);
      }
      values[start + i] = sum;
    }
  }
}

/** SciPy's `reflect`: d c b a | a b c d | d c b a. */
function mirror(k: number, size: number): number {
  const place = ((k % (2 * size)) + 2 * size) % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}
