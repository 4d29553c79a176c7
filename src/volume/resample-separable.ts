import { mirrored, splineCoefficients, splineWeights } from './bspline.ts';
import { arrayLike } from './element-type.ts';
import {
  heaviestLabel,
  type Interpolation,
  interpolatedArray,
  nearestIndex,
  type Positions,
} from './interpolation.ts';
import type { Volume, VoxelData, Zyx } from './volume.ts';

/** For every new voxel of an axis its `taps` old neighbours and their weights; outside, all weights are NaN. */
interface AxisKernel {
  readonly taps: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Interpolation on a grid whose axes are those of the volume, one axis after the other, the one that shrinks most
 * first. Places more than half a voxel outside become `outside`, or the border's value where that is undefined.
 */
export function resampleAlongAxes(
  { data, shape }: Volume,
  positions: Positions,
  interpolation: Interpolation,
  outside: number | undefined,
): VoxelData {
  const kernels = positions.map((axis, i) => axisKernel(axis, shape[i]!, interpolation));
  const result =
    interpolation === 'nearest'
      ? pick(data, shape, kernels)
      : interpolation === 'label-linear'
        ? vote(data, shape, kernels)
        : blendAxes(interpolation === 'cubic' ? splineCoefficients(data, shape) : data, data, shape, kernels);
  if (outside !== undefined) fillOutside(result, positions, shape, outside);
  return result;
}

/** Neighbours and weights along one axis; places beyond the border are moved to it. */
function axisKernel(positions: Float64Array, size: number, interpolation: Interpolation): AxisKernel {
  const taps = interpolation === 'nearest' ? 1 : interpolation === 'cubic' ? 4 : 2;
  const index = new Int32Array(taps * positions.length);
  const weight = new Float64Array(taps * positions.length);
  positions.forEach((position, i) => {
    const near = position < -0.5 ? 0 : position >= size - 0.5 ? size - 1 : position;
    if (taps === 1) {
      index[i] = nearestIndex(near, size);
      weight[i] = 1;
    } else if (taps === 2) {
      const clamped = Math.min(size - 1, Math.max(0, near));
      const low = Math.min(Math.max(0, size - 2), Math.floor(clamped));
      index[2 * i] = low;
      index[2 * i + 1] = Math.min(size - 1, low + 1);
      weight[2 * i] = 1 - (clamped - low);
      weight[2 * i + 1] = clamped - low;
    } else {
      const low = Math.floor(near);
      splineWeights(near - low).forEach((w, tap) => {
        index[4 * i + tap] = mirrored(low - 1 + tap, size);
        weight[4 * i + tap] = w;
      });
    }
  });
  return { taps, index, weight };
}

const lengthOf = ({ index, taps }: AxisKernel) => index.length / taps;

function pick(data: VoxelData, [, Y, X]: Zyx, [kz, ky, kx]: readonly AxisKernel[]): VoxelData {
  const result = arrayLike(data, lengthOf(kz!) * lengthOf(ky!) * lengthOf(kx!));
  let to = 0;
  for (const z of kz!.index) {
    for (const y of ky!.index) {
      const row = X * (y + Y * z);
      for (const x of kx!.index) result[to++] = data[row + x]!;
    }
  }
  return result;
}

/** Interpolates axis after axis: `source` is the volume's data or its spline coefficients. */
function blendAxes(
  source: VoxelData,
  like: VoxelData,
  shape: Zyx,
  kernels: readonly AxisKernel[],
): VoxelData {
  const current: [number, number, number] = [...shape];
  const order = [0, 1, 2].sort(
    (a, b) => lengthOf(kernels[a]!) / shape[a]! - lengthOf(kernels[b]!) / shape[b]!,
  );
  let values: VoxelData = source;
  order.forEach((axis, turn) => {
    const inner = current.slice(axis + 1).reduce((product, size) => product * size, 1);
    const outer = current.slice(0, axis).reduce((product, size) => product * size, 1);
    const kernel = kernels[axis]!;
    const length = outer * lengthOf(kernel) * inner;
    const exact = source instanceof Float64Array && turn < 2;
    const result = exact ? new Float64Array(length) : interpolatedArray(like, length);
    blendAxis(values, result, outer, current[axis]!, inner, kernel);
    current[axis] = lengthOf(kernel);
    values = result;
  });
  return values;
}

/** One axis: `source` is [outer, size, inner], `result` [outer, new size, inner]. */
function blendAxis(
  source: VoxelData,
  result: VoxelData,
  outer: number,
  size: number,
  inner: number,
  { taps, index, weight }: AxisKernel,
): void {
  const count = index.length / taps;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const to = (o * count + i) * inner;
      const base = o * size * inner;
      if (taps === 2) {
        const a = base + index[2 * i]! * inner;
        const b = base + index[2 * i + 1]! * inner;
        const wa = weight[2 * i]!;
        const wb = weight[2 * i + 1]!;
        for (let k = 0; k < inner; k++) result[to + k] = wa * source[a + k]! + wb * source[b + k]!;
      } else {
        for (let k = 0; k < inner; k++) {
          let sum = 0;
          for (let tap = 0; tap < taps; tap++) {
            sum += weight[taps * i + tap]! * source[base + index[taps * i + tap]! * inner + k]!;
          }
          result[to + k] = sum;
        }
      }
    }
  }
}

/** For every new voxel the label with the largest linear weight among its eight neighbours. */
function vote(data: VoxelData, [, Y, X]: Zyx, [kz, ky, kx]: readonly AxisKernel[]): VoxelData {
  const sizes = [kz!, ky!, kx!].map(lengthOf) as [number, number, number];
  const result = arrayLike(data, sizes[0] * sizes[1] * sizes[2]);
  const labels = new Float64Array(8);
  const weights = new Float64Array(8);
  let to = 0;
  for (let z = 0; z < sizes[0]; z++) {
    for (let y = 0; y < sizes[1]; y++) {
      for (let x = 0; x < sizes[2]; x++) {
        for (let corner = 0; corner < 8; corner++) {
          const [iz, iy, ix] = [2 * z + (corner >> 2), 2 * y + ((corner >> 1) & 1), 2 * x + (corner & 1)];
          labels[corner] = data[kx!.index[ix]! + X * (ky!.index[iy]! + Y * kz!.index[iz]!)]!;
          weights[corner] = kz!.weight[iz]! * ky!.weight[iy]! * kx!.weight[ix]!;
        }
        result[to++] = heaviestLabel(labels, weights);
      }
    }
  }
  return result;
}

function fillOutside(result: VoxelData, positions: Positions, shape: Zyx, outside: number): void {
  const [oz, oy, ox] = positions.map((axis, i) =>
    Uint8Array.from(axis, position => (position >= -0.5 && position < shape[i]! - 0.5 ? 0 : 1)),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  if (![oz, oy, ox].some(axis => axis.includes(1))) return;
  let to = 0;
  for (const z of oz)
    for (const y of oy) for (const x of ox) result[to++] = z | y | x ? outside : result[to - 1]!;
}
