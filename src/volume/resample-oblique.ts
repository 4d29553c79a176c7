import { mirrored, splineCoefficients, splineWeights } from './bspline.ts';
import { arrayLike } from './element-type.ts';
import { heaviestLabel, type Interpolation, interpolatedArray, nearestIndex } from './interpolation.ts';
import type { Affine, Volume, VoxelData, Zyx } from './volume.ts';

/** The value at a place (z, y, x in voxels, at most half a voxel outside) between a volume's voxels. */
type Sampler = (z: number, y: number, x: number) => number;

/**
 * Interpolation on any grid: `map` takes its voxel (x, y, z) to the volume's. Voxels more than half a voxel outside
 * become `outside`.
 */
export function resampleObliquely(
  volume: Volume,
  shape: Zyx,
  map: Affine,
  interpolation: Interpolation,
  outside: number,
): VoxelData {
  const { data } = volume;
  const length = shape[0] * shape[1] * shape[2];
  const keeps = interpolation === 'nearest' || interpolation === 'label-linear';
  const result = keeps ? arrayLike(data, length) : interpolatedArray(data, length);
  const sample = samplers[interpolation](volume);
  const [endZ, endY, endX] = volume.shape.map(size => size - 0.5) as [number, number, number];
  let to = 0;
  for (let k = 0; k < shape[0]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      const x0 = map[1]! * j + map[2]! * k + map[3]!;
      const y0 = map[5]! * j + map[6]! * k + map[7]!;
      const z0 = map[9]! * j + map[10]! * k + map[11]!;
      for (let i = 0; i < shape[2]; i++, to++) {
        const x = map[0]! * i + x0;
        const y = map[4]! * i + y0;
        const z = map[8]! * i + z0;
        const inside = x >= -0.5 && x < endX && y >= -0.5 && y < endY && z >= -0.5 && z < endZ;
        result[to] = inside ? sample(z, y, x) : outside;
      }
    }
  }
  return result;
}

const samplers: Record<Interpolation, (volume: Volume) => Sampler> = {
  nearest: ({ data, shape: [Z, Y, X] }) => {
    return (z, y, x) => data[nearestIndex(x, X) + X * (nearestIndex(y, Y) + Y * nearestIndex(z, Z))]!;
  },

  linear: volume => {
    const corners = cornersOf(volume);
    return (z, y, x) => {
      const { values, weights } = corners(z, y, x);
      let sum = 0;
      for (let i = 0; i < 8; i++) sum += values[i]! * weights[i]!;
      return sum;
    };
  },

  'label-linear': volume => {
    const corners = cornersOf(volume);
    return (z, y, x) => {
      const { values, weights } = corners(z, y, x);
      return heaviestLabel(values, weights);
    };
  },

  cubic: ({ data, shape }) => {
    const coefficients = splineCoefficients(data, shape);
    const [Z, Y, X] = shape;
    return (z, y, x) => {
      const [fz, fy, fx] = [Math.floor(z), Math.floor(y), Math.floor(x)];
      const [wz, wy, wx] = [splineWeights(z - fz), splineWeights(y - fy), splineWeights(x - fx)];
      let sum = 0;
      for (let c = 0; c < 4; c++) {
        const plane = Y * mirrored(fz - 1 + c, Z);
        for (let b = 0; b < 4; b++) {
          const row = X * (mirrored(fy - 1 + b, Y) + plane);
          let line = 0;
          for (let a = 0; a < 4; a++) line += wx[a]! * coefficients[mirrored(fx - 1 + a, X) + row]!;
          sum += wz[c]! * wy[b]! * line;
        }
      }
      return sum;
    };
  },
};

/** The eight voxels around a place and their linear weights; the same two arrays are used for every place. */
function cornersOf({ data, shape: [Z, Y, X] }: Volume) {
  const corners = { values: new Float64Array(8), weights: new Float64Array(8) };
  const { values, weights } = corners;
  const clamp = (position: number, size: number) => Math.min(size - 1, Math.max(0, position));
  return (z: number, y: number, x: number) => {
    const [pz, py, px] = [clamp(z, Z), clamp(y, Y), clamp(x, X)];
    const [z0, y0, x0] = [Math.floor(pz), Math.floor(py), Math.floor(px)];
    const [tz, ty, tx] = [pz - z0, py - y0, px - x0];
    const [dz, dy, dx] = [z0 + 1 < Z ? X * Y : 0, y0 + 1 < Y ? X : 0, x0 + 1 < X ? 1 : 0];
    const at = x0 + X * (y0 + Y * z0);
    for (let i = 0; i < 8; i++) {
      values[i] = data[at + (i & 1 ? dx : 0) + (i & 2 ? dy : 0) + (i & 4 ? dz : 0)]!;
      weights[i] = (i & 1 ? tx : 1 - tx) * (i & 2 ? ty : 1 - ty) * (i & 4 ? tz : 1 - tz);
    }
    return corners;
  };
}
