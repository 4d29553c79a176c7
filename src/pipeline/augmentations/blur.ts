import type { Zyx } from '../../volume/volume.ts';
import { scratchFloats } from '../scratch.ts';
import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/** Convolves with a Gaussian whose sigma, in voxels, is the same along all axes; the border is mirrored. */
export const blur: IntensityAugmentation<AugmentationSettings<'random_blur'>> = {
  kind: 'intensity',
  apply(values, { sigma_voxels }, random, { shape }) {
    smooth(values, shape, random.between(sigma_voxels[0], sigma_voxels[1]));
  },
};

/** Gaussian smoothing in place, cut off at three sigma, as `scipy.ndimage.gaussian_filter` with `truncate=3`. */
export function smooth(values: Float32Array, [Z, Y, X]: Zyx, sigma: number): void {
  const radius = Math.floor(3 * sigma + 0.5);
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
  const padded = scratchFloats('lines', (size + 2 * radius) * inner);
  for (let o = 0; o < outer; o++) {
    const start = o * size * inner;
    for (let k = -radius; k < size + radius; k++) {
      const from = start + mirror(k, size) * inner;
      const to = (k + radius) * inner;
      if (inner === 1) padded[to] = values[from];
      else padded.set(values.subarray(from, from + inner), to);
    }
    sumTaps(padded, values.subarray(start, start + size * inner), inner, kernel);
  }
}

/** Each voxel as the weighted sum of itself and its neighbours on both sides, `step` apart; the usual radii unrolled. */
function sumTaps(padded: Float32Array, result: Float32Array, step: number, kernel: Float64Array): void {
  const radius = kernel.length - 1;
  const [k0, k1, k2 = 0, k3 = 0] = kernel;
  const centre = radius * step;
  if (radius > 3) {
    for (let i = 0, p = centre; i < result.length; i++, p++) {
      let sum = k0 * padded[p];
      for (let r = 1, d = step; r <= radius; r++, d += step)
        sum += kernel[r] * (padded[p - d] + padded[p + d]);
      result[i] = sum;
    }
    return;
  }
  // A missing tap has no weight and reads its neighbour once more.
  const two = radius > 1 ? 2 * step : step;
  const three = radius > 2 ? 3 * step : step;
  for (let i = 0, p = centre; i < result.length; i++, p++) {
    result[i] =
      k0 * padded[p] +
      k1 * (padded[p - step] + padded[p + step]) +
      k2 * (padded[p - two] + padded[p + two]) +
      k3 * (padded[p - three] + padded[p + three]);
  }
}

/** SciPy's `reflect`: d c b a | a b c d | d c b a. */
function mirror(k: number, size: number): number {
  const place = ((k % (2 * size)) + 2 * size) % (2 * size);
  return place < size ? place : 2 * size - 1 - place;
}
