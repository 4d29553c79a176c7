import { nearestIndex } from './interpolation.ts';
import { resampleAlongAxes } from './resample-separable.ts';
import { gaussian } from './smooth.ts';
import type { Affine, Volume, Zyx } from './volume.ts';

export interface ResizeOptions {
  readonly interpolation: 'linear' | 'nearest';
  /** Smooth before voxels are left out; for linear interpolation. */
  readonly antiAliasing: boolean;
}

/**
 * The volume in so many voxels, whatever its spacing: scikit-image's `transform.resize` with its defaults, which is what
 * InnerEye's `image_size` does. Half a voxel at each border keeps its place; beyond the middle of the outermost voxel the
 * volume is mirrored. Nearest neighbours are those of PyTorch's `nearest-exact`.
 * @param size [z, y, x] in voxels.
 */
export function resize(
  volume: Volume<Float32Array>,
  size: Zyx,
  { interpolation, antiAliasing }: ResizeOptions,
): Volume<Float32Array> {
  const { shape, affine } = volume;
  if (shape.every((length, axis) => length === size[axis])) return volume;
  const steps = shape.map((length, axis) => length / size[axis]!) as unknown as Zyx;
  const smooth = antiAliasing && interpolation === 'linear';
  const data = smooth ? blurred(volume, steps) : volume.data;
  const along = (axis: 0 | 1 | 2) =>
    Float64Array.from({ length: size[axis] }, (_, index) => {
      const position = (index + 0.5) * steps[axis] - 0.5;
      return interpolation === 'nearest'
        ? nearestIndex(position, shape[axis])
        : mirroredPosition(position, shape[axis]);
    });
  const positions = [along(0), along(1), along(2)] as const;
  const resized = resampleAlongAxes({ data, shape, affine }, positions, interpolation, undefined);
  return { data: resized as Float32Array, shape: size, affine: resizedAffine(affine, steps) };
}

/** A place that lies less than a volume's length outside, mirrored at the middle of the outermost voxel. */
function mirroredPosition(position: number, size: number): number {
  if (size === 1) return 0;
  const inside = Math.abs(position);
  return inside > size - 1 ? 2 * (size - 1) - inside : inside;
}

/** Where the voxels of the new grid lie: each covers `steps` old ones. */
function resizedAffine(affine: Affine, steps: Zyx): Affine {
  // Columns of an affine are x, y, z.
  const xyz = [steps[2], steps[1], steps[0]];
  return affine.map((entry, index) => {
    if (index >= 12) return entry;
    const column = index % 4;
    if (column < 3) return entry * xyz[column]!;
    const row = index - 3;
    return xyz.reduce((sum, step, axis) => sum + affine[row + axis]! * (step / 2 - 0.5), entry);
  });
}

/** Smoothed along each axis that gets fewer voxels, by a Gaussian of half the voxels that are left out, mirrored at the border. */
function blurred({ data, shape }: Volume<Float32Array>, steps: Zyx): Float32Array {
  let values: Float64Array = Float64Array.from(data);
  for (const axis of [0, 1, 2] as const) {
    const deviation = Math.max(0, (steps[axis] - 1) / 2);
    if (deviation > 0) values = alongAxis(values, shape, axis, gaussian(deviation));
  }
  return Float32Array.from(values);
}

function alongAxis(values: Float64Array, shape: Zyx, axis: 0 | 1 | 2, weights: Float64Array): Float64Array {
  const size = shape[axis];
  const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const result = new Float64Array(values.length);
  const period = Math.max(1, 2 * (size - 1));
  const place = (at: number) => {
    const folded = Math.abs(at) % period;
    return size === 1 ? 0 : folded < size ? folded : period - folded;
  };
  for (let index = 0; index < values.length; index++) {
    const at = Math.floor(index / stride) % size;
    const line = index - at * stride;
    let sum = weights[0]! * values[index]!;
    for (let step = 1; step < weights.length; step++) {
      sum +=
        weights[step]! *
        (values[line + place(at - step) * stride]! + values[line + place(at + step) * stride]!);
    }
    result[index] = sum;
  }
  return result;
}
