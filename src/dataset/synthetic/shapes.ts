import type { Xyz } from '../../volume/volume.ts';

/** An ellipsoid whose sides may be flattened. */
export interface Blob {
  /** mm. */
  readonly centre: Xyz;
  /** Semi-axes in mm. */
  readonly radii: Xyz;
  /** 0 an ellipsoid, 1 a superellipsoid of the fourth power; between them the mean of both, weighted. */
  readonly flatness: number;
}

/** What is further outside than this many mm counts as outside altogether. */
export const FAR = 12;

/** About how many mm a point lies outside a blob; negative inside, `FAR` where it is far away. */
export function outside({ centre, radii, flatness }: Blob, [x, y, z]: Xyz): number {
  const [a, b, c] = radii;
  const [u, v, w] = [Math.abs(x - centre[0]), Math.abs(y - centre[1]), Math.abs(z - centre[2])];
  if (u > a + FAR || v > b + FAR || w > c + FAR) return FAR;
  const [p, q, r] = [(u / a) ** 2, (v / b) ** 2, (w / c) ** 2];
  const round = Math.sqrt(p + q + r);
  const radius =
    flatness === 0 ? round : round + flatness * (Math.sqrt(Math.sqrt(p * p + q * q + r * r)) - round);
  return Math.min(FAR, (radius - 1) * Math.min(a, b, c));
}

/** Union of two shapes whose seam is rounded over `width` mm, as of metaballs (the polynomial smooth minimum). */
export function merged(first: number, second: number, width: number): number {
  const nearness = Math.max(0, width - Math.abs(first - second)) / width;
  return Math.min(first, second) - (nearness * nearness * width) / 4;
}

/** Share of a voxel that is inside, for a voxel whose centre is so many mm outside: edges are blurred over 2 mm. */
export function coverage(distance: number): number {
  const t = Math.min(1, Math.max(0, 0.5 - distance / 2));
  return t * t * (3 - 2 * t);
}
