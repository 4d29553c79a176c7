import type { Zyx } from './volume.ts';

/** Pole of the cubic B-spline's prefilter. */
const pole = Math.sqrt(3) - 2;

/**
 * Coefficients of the cubic B-spline that passes through the voxels, with mirrored borders (Unser 1999; ITK's
 * BSplineDecompositionImageFilter).
 */
export function splineCoefficients(data: ArrayLike<number>, [Z, Y, X]: Zyx): Float64Array {
  const c = Float64Array.from(data);
  for (let row = 0; row < c.length; row += X) prefilter(c, row, 1, X);
  for (let z = 0; z < Z; z++) for (let x = 0; x < X; x++) prefilter(c, z * X * Y + x, X, Y);
  for (let start = 0; start < X * Y; start++) prefilter(c, start, X * Y, Z);
  return c;
}

function prefilter(c: Float64Array, start: number, stride: number, length: number): void {
  if (length === 1) return;
  const at = (i: number) => start + i * stride;
  const horizon = Math.min(length, 40); // pole^40 < 1e-22
  let first = 0;
  if (horizon < length) {
    for (let i = 0, power = 1; i < horizon; i++, power *= pole) first += power * c[at(i)]!;
  } else {
    let power = pole;
    let back = pole ** (length - 1);
    first = c[at(0)]! + back * c[at(length - 1)]!;
    back *= back / pole;
    for (let i = 1; i < length - 1; i++, power *= pole, back /= pole) first += (power + back) * c[at(i)]!;
    first /= 1 - pole ** (2 * length - 2);
  }
  const last = at(length - 1);
  c[start] = 6 * first;
  for (let i = start + stride; i <= last; i += stride) c[i] = 6 * c[i]! + pole * c[i - stride]!;
  c[last] = (pole / (pole * pole - 1)) * (pole * c[last - stride]! + c[last]!);
  for (let i = last - stride; i >= start; i -= stride) c[i] = pole * (c[i + stride]! - c[i]!);
}

/** The four weights of a cubic B-spline at `t` past the second of its voxels. */
export function splineWeights(t: number): [number, number, number, number] {
  const w3 = t ** 3 / 6;
  const w0 = 1 / 6 + (t * (t - 1)) / 2 - w3;
  const w2 = t + w0 - 2 * w3;
  return [w0, 1 - w0 - w2 - w3, w2, w3];
}

/** An index beyond the border, mirrored at the border's voxel. */
export function mirrored(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const inside = ((i % period) + period) % period;
  return inside < length ? inside : period - inside;
}
