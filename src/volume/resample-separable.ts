import { mirrored, splineCoefficients, splineWeights } from './bspline.ts';
import { arrayLike } from './element-type.ts';
import {
  heaviestLabel,
  type Interpolation,
  interpolatedArray,
  nearestIndex,
  type Positions,
} from './interpolation.ts';
import { kernels, layOut } from './kernels/kernels.ts';
import type { Volume, VoxelData, Zyx } from './volume.ts';

/** For every new voxel of an axis its `taps` old neighbours and their weights; outside, all weights are NaN. */
interface AxisKernel {
  readonly taps: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Interpolation on a grid whose axes are those of the volume, one axis after the other. Places more than half a voxel outside become `outside`, or the border's value where that is undefined.
 */
export function resampleAlongAxes(
  { data, shape }: Volume,
  positions: Positions,
  interpolation: Interpolation,
  outside: number | undefined,
): VoxelData {
  const kernel = (axis: 0 | 1 | 2) => axisKernel(positions[axis], shape[axis], interpolation);
  const axes: Axes = [kernel(0), kernel(1), kernel(2)];
  const result =
    interpolation === 'nearest'
      ? pick(data, shape, axes)
      : interpolation === 'label-linear'
        ? vote(data, shape, axes)
        : blendAxes(interpolation === 'cubic' ? splineCoefficients(data, shape) : data, data, shape, axes);
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

type Axes = readonly [z: AxisKernel, y: AxisKernel, x: AxisKernel];

const lengthOf = ({ index, taps }: AxisKernel) => index.length / taps;

function pick(data: VoxelData, [, Y, X]: Zyx, [kz, ky, kx]: Axes): VoxelData {
  const result = arrayLike(data, lengthOf(kz) * lengthOf(ky) * lengthOf(kx));
  let to = 0;
  for (const z of kz.index) {
    for (const y of ky.index) {
      const row = X * (y + Y * z);
      for (const x of kx.index) result[to++] = data[row + x]!;
    }
  }
  return result;
}

/**
 * Interpolates a new slice along z, its rows along y, and each row along x: what lies between is no more than a slice.
 * `source` is the volume's data or its spline coefficients; sums are float32 except where it is float64.
 */
function blendAxes(source: VoxelData, like: VoxelData, [, Y, X]: Zyx, [kz, ky, kx]: Axes): VoxelData {
  const [depth, height, width] = [lengthOf(kz), lengthOf(ky), lengthOf(kx)];
  const result = interpolatedArray(like, depth * height * width);
  const Type = source instanceof Float64Array ? Float64Array : Float32Array;
  const bytes = Type.BYTES_PER_ELEMENT;
  const { taps } = kz;
  const places = layOut(
    ...[taps * Y * X, Y * X, height * X, height * width].map(length => length * bytes),
    ...[taps, ky.index.length, kx.index.length].flatMap(length => [4 * length, length * bytes]),
  );
  const [slices, slice, rows, lines, slots, slotWeights, indexY, weightY, indexX, weightX] = places as Places;
  const { memory, blendRows32, blendRows64, blendLines32, blendLines64 } = kernels();
  const [blendRows, blendLines] = bytes === 4 ? [blendRows32, blendLines32] : [blendRows64, blendLines64];
  const ints = (at: number, length: number) => new Int32Array(memory.buffer, at, length);
  const floats = (at: number, length: number) => new Type(memory.buffer, at, length);
  ints(indexY, ky.index.length).set(ky.index);
  floats(weightY, ky.weight.length).set(ky.weight);
  ints(indexX, kx.index.length).set(kx.index);
  floats(weightX, kx.weight.length).set(kx.weight);
  const finished = floats(lines, height * width);
  /** Of each slot the old slice that lies in it: neighbours are at most `taps` apart, so that each has a slot. */
  const held = new Int32Array(taps).fill(-1);
  for (let z = 0; z < depth; z++) {
    const wanted = kz.index.subarray(taps * z, taps * (z + 1));
    for (const old of wanted) {
      const slot = old % taps;
      if (held[slot] === old) continue;
      floats(slices + slot * Y * X * bytes, Y * X).set(source.subarray(old * Y * X, (old + 1) * Y * X));
      held[slot] = old;
    }
    ints(slots, taps).set(wanted.map(old => old % taps));
    floats(slotWeights, taps).set(kz.weight.subarray(taps * z, taps * (z + 1)));
    blendRows(slices, slice, 1, Y * X, taps, slots, slotWeights);
    blendRows(slice, rows, height, X, taps, indexY, weightY);
    blendLines(rows, lines, height, X, width, taps, indexX, weightX);
    result.set(finished, z * height * width);
  }
  return result;
}

/** Where the tables and slices of `blendAxes` lie in the kernels' memory. */
type Places = [
  slices: number,
  slice: number,
  rows: number,
  lines: number,
  slots: number,
  slotWeights: number,
  indexY: number,
  weightY: number,
  indexX: number,
  weightX: number,
];

/** For every new voxel the label with the largest linear weight among its eight neighbours. */
function vote(data: VoxelData, [, Y, X]: Zyx, [kz, ky, kx]: Axes): VoxelData {
  const sizes = [kz, ky, kx].map(lengthOf) as [number, number, number];
  const result = arrayLike(data, sizes[0] * sizes[1] * sizes[2]);
  const labels = new Float64Array(8);
  const weights = new Float64Array(8);
  let to = 0;
  for (let z = 0; z < sizes[0]; z++) {
    for (let y = 0; y < sizes[1]; y++) {
      for (let x = 0; x < sizes[2]; x++) {
        for (let corner = 0; corner < 8; corner++) {
          const [iz, iy, ix] = [2 * z + (corner >> 2), 2 * y + ((corner >> 1) & 1), 2 * x + (corner & 1)];
          labels[corner] = data[kx.index[ix]! + X * (ky.index[iy]! + Y * kz.index[iz]!)]!;
          weights[corner] = kz.weight[iz]! * ky.weight[iy]! * kx.weight[ix]!;
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
