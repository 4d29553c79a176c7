import type { Affine, Xyz } from './volume.ts';

/** The affine that applies `inner`, then `outer`. */
export function composeAffines(outer: Affine, inner: Affine): Affine {
  const product = new Array<number>(16).fill(0);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      for (let k = 0; k < 4; k++) product[4 * row + column]! += outer[4 * row + k]! * inner[4 * k + column]!;
    }
  }
  return product;
}

/** Determinant of an affine's 3 × 3 part: a voxel's volume in mm³, negative where the grid is left-handed. */
export function determinant(a: Affine): number {
  return (
    a[0]! * (a[5]! * a[10]! - a[6]! * a[9]!) -
    a[1]! * (a[4]! * a[10]! - a[6]! * a[8]!) +
    a[2]! * (a[4]! * a[9]! - a[5]! * a[8]!)
  );
}

/** Whether an affine maps a grid into space: finite numbers, and columns that span three dimensions. */
export function isInvertible(affine: Affine): boolean {
  if (affine.length !== 16 || !affine.every(Number.isFinite)) return false;
  const lengths = [0, 1, 2].map(c => Math.hypot(affine[c]!, affine[4 + c]!, affine[8 + c]!));
  const box = lengths[0]! * lengths[1]! * lengths[2]!;
  return box > 0 && Number.isFinite(box) && Math.abs(determinant(affine)) > 1e-6 * box;
}

/** The inverse of an affine for which `isInvertible` holds. */
export function invertAffine(a: Affine): Affine {
  const scale = 1 / determinant(a);
  const cofactor = (r0: number, c0: number, r1: number, c1: number) =>
    (a[4 * r0 + c0]! * a[4 * r1 + c1]! - a[4 * r0 + c1]! * a[4 * r1 + c0]!) * scale;
  const m = [
    [cofactor(1, 1, 2, 2), cofactor(0, 2, 2, 1), cofactor(0, 1, 1, 2)],
    [cofactor(1, 2, 2, 0), cofactor(0, 0, 2, 2), cofactor(0, 2, 1, 0)],
    [cofactor(1, 0, 2, 1), cofactor(0, 1, 2, 0), cofactor(0, 0, 1, 1)],
  ];
  const rows = m.map(row => [...row, -(row[0]! * a[3]! + row[1]! * a[7]! + row[2]! * a[11]!)]);
  return [...rows.flat(), 0, 0, 0, 1];
}

/** Where an affine takes a point. */
export function applyAffine(a: Affine, [x, y, z]: Xyz): Xyz {
  return [
    a[0]! * x + a[1]! * y + a[2]! * z + a[3]!,
    a[4]! * x + a[5]! * y + a[6]! * z + a[7]!,
    a[8]! * x + a[9]! * y + a[10]! * z + a[11]!,
  ];
}
