import { Random } from '../../foundation/random.ts';
import type { Xyz } from '../../volume/volume.ts';
import { type Blob, FAR, merged, outside } from './shapes.ts';
import { randomWaves, type Waves, waveAt } from './waves.ts';

/** The shapes of one made-up abdomen. Patient coordinates in mm, RAS+, with the origin in the middle. */
export interface Anatomy {
  readonly body: Blob;
  readonly liver: readonly [Blob, Blob];
  readonly kidneys: readonly { readonly whole: Blob; readonly hilum: Blob; readonly marrow: Blob }[];
  /** Spleen and bowel: as bright as the organs, but not to be segmented. */
  readonly others: readonly Blob[];
  readonly spine: Blob;
  /** Displacement along x, y and z that makes every shape irregular. */
  readonly deformation: readonly [Waves, Waves, Waves];
}

/** Draws an anatomy: sizes, places and shapes vary about 10 %. */
export function randomAnatomy(seed: number, subject: string): Anatomy {
  const random = new Random(seed, 'anatomy', subject);
  const about = (value: number, spread = 0.08) => value * (1 + random.between(-spread, spread));
  const near = ([x, y, z]: Xyz, shift = 3): Xyz => [
    x + random.between(-shift, shift),
    y + random.between(-shift, shift),
    z + random.between(-shift, shift),
  ];
  const blob = (centre: Xyz, radii: Xyz, flatness = 0, shift = 3): Blob => ({
    centre: near(centre, shift),
    radii: [about(radii[0]), about(radii[1]), about(radii[2])],
    flatness,
  });
  const kidney = (side: 1 | -1) => {
    const whole = blob([side * 23, -15, -18], [13, 13, 20], 0.2, 2);
    const [x, y, z] = whole.centre;
    return {
      whole,
      hilum: { centre: [x - side * 14, y + 3, z] as const, radii: [7, 6, 7] as const, flatness: 0 },
      marrow: { centre: [x - side * 2, y, z] as const, radii: [6, 6, 12] as const, flatness: 0 },
    };
  };
  const bowel = Array.from({ length: 9 }, () =>
    blob([random.between(-26, 26), random.between(4, 26), random.between(-48, -10)], [9, 8, 9], 0, 0),
  );
  const waves = () => randomWaves(random, 4, 2.2, [45, 110]);
  return {
    body: blob([0, 0, 0], [55, 46, 120], 0.3, 2),
    liver: [blob([17, 7, 18], [22, 21, 24], 0.3), blob([-6, 14, 22], [18, 12, 13])],
    kidneys: [kidney(1), kidney(-1)],
    others: [blob([-30, -6, 22], [10, 16, 16]), ...bowel],
    spine: blob([0, -28, 0], [10, 10, 200], 0, 1.5),
    deformation: [waves(), waves(), waves()],
  };
}

/** About how many mm a point lies outside each of the shapes; negative inside. */
export interface Distances {
  readonly body: number;
  readonly liver: number;
  readonly kidneys: number;
  readonly marrow: number;
  readonly others: number;
  readonly spine: number;
}

/** Fat between two organs, in mm. */
const GAP = 1.5;

/** Where a point lies in an anatomy; undefined well outside the body. Liver and kidneys never overlap. */
export function distancesAt(anatomy: Anatomy, point: Xyz): Distances | undefined {
  const [dx, dy, dz] = anatomy.deformation;
  const moved: Xyz = [
    point[0] + waveAt(dx, point),
    point[1] + waveAt(dy, point),
    point[2] + waveAt(dz, point),
  ];
  const body = outside(anatomy.body, moved);
  if (body > 2) return undefined;
  const [right, left] = anatomy.liver;
  let [kidneys, marrow, others] = [FAR, FAR, FAR];
  for (const { whole, hilum, marrow: inner } of anatomy.kidneys) {
    kidneys = Math.min(kidneys, Math.max(outside(whole, moved), -outside(hilum, moved)));
    marrow = Math.min(marrow, outside(inner, moved));
  }
  for (const blob of anatomy.others) others = Math.min(others, outside(blob, moved));
  const liver = Math.max(merged(outside(right, moved), outside(left, moved), 6), 2 * GAP - kidneys);
  return {
    body,
    liver,
    kidneys,
    marrow,
    others: Math.max(others, 2 * GAP - liver, 2 * GAP - kidneys),
    spine: outside(anatomy.spine, moved),
  };
}
