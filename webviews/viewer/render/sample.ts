import { applyAffine } from '../../../src/volume/affine.ts';
import type { Affine, VoxelData, Xyz, Zyx } from '../../../src/volume/volume.ts';
import { type PlaneView, subtract } from './plane.ts';

/** A grid of voxels to be looked at through a plane. */
export interface Grid {
  readonly data: VoxelData;
  readonly shape: Zyx;
  /** From RAS mm to voxel (x, y, z). */
  readonly inverse: Affine;
  /** Index of the component's first voxel in `data`. */
  readonly first?: number;
}

/** The voxel coordinates of a plane's pixel (0, 0), and what a pixel to the right and one down adds. */
function voxelSteps(view: PlaneView, inverse: Affine): { start: Xyz; du: Xyz; dv: Xyz } {
  const at = (mm: Xyz) => applyAffine(inverse, mm);
  const start = at(view.origin);
  const zero = at([0, 0, 0]);
  return { start, du: subtract(at(view.du), zero), dv: subtract(at(view.dv), zero) };
}

/** Pixels [from, to) of a row whose coordinate `start + i · step` lies in a volume's axis, edges of voxels included. */
function within(start: number, step: number, size: number, from: number, to: number): [number, number] {
  const [low, high] = [-0.5, size - 0.5];
  // A plane on the very edge of a voxel belongs to it, whatever rounding says.
  const edge = 1e-7 * size;
  if (Math.abs(step) < 1e-12) return start >= low - edge && start < high + edge ? [from, to] : [0, 0];
  const [a, b] = [(low - start) / step, (high - start) / step];
  return [Math.max(from, Math.ceil(Math.min(a, b) - 1e-9)), Math.min(to, Math.ceil(Math.max(a, b) - 1e-9))];
}

/** Value of the nearest voxel for each pixel; pixels outside of the volume keep what `out` holds. */
export function sampleNearest(
  { data, shape: [Z, Y, X], inverse, first = 0 }: Grid,
  view: PlaneView,
  out: Float32Array | Uint16Array,
): void {
  const { start, du, dv } = voxelSteps(view, inverse);
  const slice = X * Y;
  for (let j = 0; j < view.height; j++) {
    const [x0, y0, z0] = [start[0] + j * dv[0], start[1] + j * dv[1], start[2] + j * dv[2]];
    let [from, to] = within(x0, du[0], X, 0, view.width);
    [from, to] = within(y0, du[1], Y, from, to);
    [from, to] = within(z0, du[2], Z, from, to);
    const row = j * view.width;
    for (let i = from; i < to; i++) {
      const x = inside(x0 + i * du[0] + 0.5, X);
      const y = inside(y0 + i * du[1] + 0.5, Y);
      const z = inside(z0 + i * du[2] + 0.5, Z);
      out[row + i] = data[first + x + X * y + slice * z]!;
    }
  }
}

const inside = (at: number, size: number) => (at < 0 ? 0 : at >= size ? size - 1 : at | 0);

/** Linear interpolation between voxel centres, constant beyond the outermost ones; otherwise as `sampleNearest`. */
export function sampleLinear(
  { data, shape: [Z, Y, X], inverse, first = 0 }: Grid,
  view: PlaneView,
  out: Float32Array,
): void {
  const { start, du, dv } = voxelSteps(view, inverse);
  const slice = X * Y;
  for (let j = 0; j < view.height; j++) {
    const [x0, y0, z0] = [start[0] + j * dv[0], start[1] + j * dv[1], start[2] + j * dv[2]];
    let [from, to] = within(x0, du[0], X, 0, view.width);
    [from, to] = within(y0, du[1], Y, from, to);
    [from, to] = within(z0, du[2], Z, from, to);
    const row = j * view.width;
    for (let i = from; i < to; i++) {
      const vx = clamp(x0 + i * du[0], X - 1);
      const vy = clamp(y0 + i * du[1], Y - 1);
      const vz = clamp(z0 + i * du[2], Z - 1);
      const [x, y, z] = [vx | 0, vy | 0, vz | 0];
      const [fx, fy, fz] = [vx - x, vy - y, vz - z];
      const at = first + x + X * y + slice * z;
      const nx = fx > 0 ? 1 : 0;
      const ny = fy > 0 ? X : 0;
      let value = bilinear(data, at, nx, ny, fx, fy);
      // Slices are mostly looked at through their centres.
      if (fz > 1e-6) value += fz * (bilinear(data, at + slice, nx, ny, fx, fy) - value);
      out[row + i] = value;
    }
  }
}

const clamp = (at: number, last: number) => (at < 0 ? 0 : Math.min(at, last));

function bilinear(data: VoxelData, at: number, nx: number, ny: number, fx: number, fy: number): number {
  const upper = data[at]! + fx * (data[at + nx]! - data[at]!);
  const lower = data[at + ny]! + fx * (data[at + ny + nx]! - data[at + ny]!);
  return upper + fy * (lower - upper);
}
