import type { Affine } from '../volume.ts';

export type Vector = readonly [number, number, number];

/**
 * The affine whose columns are the steps along one to three axes. Where the third is missing, as in a picture, it is
 * a step of 1 mm at a right angle to the others.
 */
export function affineFromAxes(axes: readonly Vector[], origin: Vector): Affine {
  const x = axes[0] ?? [1, 0, 0];
  const y = axes[1] ?? [0, 1, 0];
  const normal = cross(x, y);
  const length = Math.hypot(...normal);
  const z = axes[2] ?? [normal[0] / length, normal[1] / length, normal[2] / length];
  return [...[0, 1, 2].flatMap(row => [x[row]!, y[row]!, z[row]!, origin[row]!]), 0, 0, 0, 1];
}

/** The affine in RAS of one in LPS, the coordinates of DICOM and ITK, or the other way round. */
export const flipLps = (affine: Affine): Affine => affine.map((entry, i) => (i < 8 ? 0 - entry : entry));

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
