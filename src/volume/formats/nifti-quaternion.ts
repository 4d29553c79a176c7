import { determinant } from '../affine.ts';
import { type Affine, spacingOf, type Xyz } from '../volume.ts';

/** NIfTI's qform: the quaternion's b, c, d, the origin, the voxel size and whether z is mirrored (qfac = -1). */
export function affineFromQuaternion(
  [qb, qc, qd]: readonly number[],
  origin: readonly number[],
  [dx, dy, dz]: Xyz,
  mirrored: boolean,
): Affine {
  const square = 1 - (qb! ** 2 + qc! ** 2 + qd! ** 2);
  // Rounded to float32 the three may be a little too long: then they are a half-turn (nifti1_io.c).
  const length = square < 1e-7 ? Math.hypot(qb!, qc!, qd!) : 1;
  const [a, b, c, d] = [square < 1e-7 ? 0 : Math.sqrt(square), qb! / length, qc! / length, qd! / length];
  const k = mirrored ? -dz : dz;
  return [
    (a * a + b * b - c * c - d * d) * dx,
    2 * (b * c - a * d) * dy,
    2 * (b * d + a * c) * k,
    origin[0]!,
    2 * (b * c + a * d) * dx,
    (a * a + c * c - b * b - d * d) * dy,
    2 * (c * d - a * b) * k,
    origin[1]!,
    2 * (b * d - a * c) * dx,
    2 * (c * d + a * b) * dy,
    (a * a + d * d - c * c - b * b) * k,
    origin[2]!,
    0,
    0,
    0,
    1,
  ];
}

/** The quaternion of an affine, or undefined where its axes are not at right angles, so that none says the same. */
export function quaternionOf(
  affine: Affine,
): { quaternion: [number, number, number]; mirrored: boolean } | undefined {
  const [dz, dy, dx] = spacingOf(affine);
  const mirrored = determinant(affine) < 0;
  const spacing = [dx, dy, mirrored ? -dz : dz];
  const r = (row: number, column: number) => affine[4 * row + column]! / spacing[column]!;
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    if (Math.abs(r(0, i) * r(0, j) + r(1, i) * r(1, j) + r(2, i) * r(2, j)) > 1e-5) return undefined;
  }
  const trace = r(0, 0) + r(1, 1) + r(2, 2);
  let q: [number, number, number, number];
  if (trace > -0.5) {
    const a = Math.sqrt(1 + trace) / 2;
    q = [a, (r(2, 1) - r(1, 2)) / (4 * a), (r(0, 2) - r(2, 0)) / (4 * a), (r(1, 0) - r(0, 1)) / (4 * a)];
  } else {
    // Near a half-turn the real part is small: start from the largest of the other three.
    const squares = [0, 1, 2].map(i => (1 + 2 * r(i, i) - trace) / 4);
    const i = squares.indexOf(Math.max(...squares));
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    const largest = Math.sqrt(squares[i]!);
    q = [(r(k, j) - r(j, k)) / (4 * largest), 0, 0, 0];
    q[1 + i] = largest;
    q[1 + j] = (r(i, j) + r(j, i)) / (4 * largest);
    q[1 + k] = (r(i, k) + r(k, i)) / (4 * largest);
  }
  const sign = q[0] < 0 ? -1 : 1;
  return { quaternion: [sign * q[1], sign * q[2], sign * q[3]], mirrored };
}
