import type { VoxelData } from './volume.ts';

/**
 * How values between voxels are found. `linear` and `cubic` (B-spline, as ITK's) are for images and give floating
 * point. Label maps take `nearest`, or `label-linear`: every label is interpolated linearly by itself and the largest
 * wins (the lowest of equals), which gives smoother borders. Both keep the data type.
 */
export type Interpolation = 'nearest' | 'linear' | 'cubic' | 'label-linear';

/** For each axis [z, y, x] the place of every new voxel among the old ones, in voxels. */
export type Positions = readonly [z: Float64Array, y: Float64Array, x: Float64Array];

/** The voxel nearest to a place, the higher of two; places a millionth below the middle count as the middle. */
export const nearestIndex = (position: number, size: number): number =>
  Math.min(size - 1, Math.floor(position + 0.500001));

/** Where interpolated values go: float64 stays, everything else becomes float32. */
export function interpolatedArray(data: VoxelData, length: number): Float32Array | Float64Array {
  return data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

/** Of eight neighbours' labels the one with the largest sum of weights, the lowest of equals. */
export function heaviestLabel(labels: Float64Array, weights: Float64Array): number {
  let best = labels[0]!;
  let same = true;
  for (let i = 1; i < 8; i++) if (labels[i] !== best) same = false;
  if (same) return best;
  let most = -1;
  for (let i = 0; i < 8; i++) {
    let sum = 0;
    for (let j = 0; j < 8; j++) if (labels[j] === labels[i]) sum += weights[j]!;
    // Sums in another order differ in their last bits.
    if (sum > most + 1e-12 || (sum > most - 1e-12 && labels[i]! < best)) {
      best = labels[i]!;
      most = sum;
    }
  }
  return best;
}
