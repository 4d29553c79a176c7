import { arrayLike } from './element-type.ts';
import { spacingOf, type Volume, type Zyx } from './volume.ts';

/** Standard deviations after which the Gaussian is cut off, as SciPy's `gaussian_filter` does. */
const truncation = 4;

/**
 * Gaussian smoothing with a standard deviation of `sigma` mm along each axis [z, y, x]; 0 leaves an axis as it is.
 * Borders are reflected at the edge of the last voxel, and the Gaussian is cut off after four standard deviations,
 * as SciPy's `gaussian_filter` and so InnerEye do. float64 stays float64, everything else becomes float32.
 */
export function smooth(volume: Volume, sigma: Zyx): Volume<Float32Array> | Volume<Float64Array> {
  const { shape, affine } = volume;
  const spacing = spacingOf(affine);
  let data = volume.data instanceof Float64Array ? volume.data.slice() : Float32Array.from(volume.data);
  for (const axis of [0, 1, 2] as const) {
    if (!(sigma[axis] >= 0)) throw new RangeError(`a standard deviation must not be ${sigma[axis]} mm`);
    if (sigma[axis] === 0) continue;
    data = smoothAxis(data, shape, axis, gaussian(sigma[axis] / spacing[axis]));
  }
  return { data, shape, affine } as Volume<Float32Array> | Volume<Float64Array>;
}

/** Weights of a Gaussian at 0, 1, 2 … voxels from its centre; with their mirror images they sum to 1. */
function gaussian(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: Math.floor(truncation * sigma + 0.5) + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return weights.map(weight => weight / sum);
}

function smoothAxis<T extends Float32Array | Float64Array>(
  source: T,
  shape: Zyx,
  axis: 0 | 1 | 2,
  weights: Float64Array,
): T {
  const size = shape[axis];
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const result = arrayLike(source, source.length);
  const smoothBlock = inner === 1 ? smoothLine(size, weights) : smoothRows(size, inner, weights);
  for (let base = 0; base < source.length; base += size * inner) smoothBlock(source, result, base);
  return result;
}

type Smoother = (source: ArrayLike<number>, result: Float32Array | Float64Array, base: number) => void;

/** Along x: the line is copied between its reflections, so that the sum needs no look at the borders. */
function smoothLine(size: number, weights: Float64Array): Smoother {
  const radius = weights.length - 1;
  const line = new Float64Array(size + 2 * radius);
  const index = Int32Array.from(line, (_, i) => reflected(i - radius, size));
  return (source, result, base) => {
    for (let i = 0; i < line.length; i++) line[i] = source[base + index[i]!]!;
    for (let i = 0; i < size; i++) {
      const centre = i + radius;
      let sum = weights[0]! * line[centre]!;
      for (let j = 1; j <= radius; j++) sum += weights[j]! * (line[centre - j]! + line[centre + j]!);
      result[base + i] = sum;
    }
  };
}

/** Along y or z: whole rows or slices are added up, so that memory is walked through in order. */
function smoothRows(size: number, inner: number, weights: Float64Array): Smoother {
  const sum = new Float64Array(inner);
  return (source, result, base) => {
    for (let i = 0; i < size; i++) {
      const centre = base + i * inner;
      for (let k = 0; k < inner; k++) sum[k] = weights[0]! * source[centre + k]!;
      for (let j = 1; j < weights.length; j++) {
        const before = base + reflected(i - j, size) * inner;
        const behind = base + reflected(i + j, size) * inner;
        const weight = weights[j]!;
        for (let k = 0; k < inner; k++) sum[k]! += weight * (source[before + k]! + source[behind + k]!);
      }
      result.set(sum, centre);
    }
  };
}

/** An index beyond the border, reflected at the outer edge of the border's voxel. */
function reflected(i: number, size: number): number {
  const inside = ((i % (2 * size)) + 2 * size) % (2 * size);
  return inside < size ? inside : 2 * size - 1 - inside;
}
