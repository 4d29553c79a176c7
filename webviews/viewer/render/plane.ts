import { canonicalGrid, type Geometry, nearestRotation } from '../../../src/volume/orientation.ts';
import type { Xyz } from '../../../src/volume/volume.ts';

export type PlaneName = 'axial' | 'coronal' | 'sagittal';
export const PLANES: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];

/** As seen from the feet with the patient's right on the left (radiological), or from the head (neurological). */
export type Convention = 'radiological' | 'neurological';

/** Three directions at right angles, nearest to the patient's right, anterior and superior; unit vectors in RAS mm. */
export interface Frame {
  readonly right: Xyz;
  readonly anterior: Xyz;
  readonly superior: Xyz;
}

/** Where all planes meet, what is in their middle, and how large things are. */
export interface Navigation {
  /** mm. */
  readonly crosshair: Xyz;
  /** In the middle of each plane, mm. */
  readonly centre: Xyz;
  readonly mmPerPixel: number;
}

/** A plane as it lies on the screen: pixel (i, j) from the upper left shows the place `origin + i · du + j · dv`. */
export interface PlaneView {
  readonly plane: PlaneName;
  readonly width: number;
  readonly height: number;
  readonly origin: Xyz;
  readonly du: Xyz;
  readonly dv: Xyz;
  /** Unit vector along which one scrolls: to superior, anterior, right. */
  readonly normal: Xyz;
}

export const PATIENT_FRAME: Frame = { right: [1, 0, 0], anterior: [0, 1, 0], superior: [0, 0, 1] };

/** The frame of a volume's own axes, so that planes show its slices as they were taken. */
export function frameOf(geometry: Geometry): Frame {
  const m = nearestRotation(canonicalGrid(geometry).affine);
  // Exactly along the axes where only rounding keeps it from being so.
  const clean = m.map(entry => (Math.abs(entry - Math.round(entry)) < 1e-6 ? Math.round(entry) + 0 : entry));
  const column = (c: number): Xyz => [clean[c]!, clean[3 + c]!, clean[6 + c]!];
  return { right: column(0), anterior: column(1), superior: column(2) };
}

export const scale = ([x, y, z]: Xyz, by: number): Xyz => [x * by, y * by, z * by];
export const add = (a: Xyz, b: Xyz): Xyz => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const dot = (a: Xyz, b: Xyz): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const subtract = (a: Xyz, b: Xyz): Xyz => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Directions to the right of the screen, up, and along the normal. */
export function axesOf(
  plane: PlaneName,
  frame: Frame,
  convention: Convention,
): { across: Xyz; up: Xyz; normal: Xyz } {
  const sense = convention === 'radiological' ? -1 : 1;
  const { right, anterior, superior } = frame;
  if (plane === 'axial') return { across: scale(right, sense), up: anterior, normal: superior };
  if (plane === 'coronal') return { across: scale(right, sense), up: superior, normal: anterior };
  return { across: scale(anterior, sense), up: superior, normal: right };
}

export function planeView(
  plane: PlaneName,
  frame: Frame,
  convention: Convention,
  { crosshair, centre, mmPerPixel }: Navigation,
  width: number,
  height: number,
): PlaneView {
  const { across, up, normal } = axesOf(plane, frame, convention);
  const du = scale(across, mmPerPixel);
  const dv = scale(up, -mmPerPixel);
  const middle = add(centre, scale(normal, dot(subtract(crosshair, centre), normal)));
  const origin = add(middle, add(scale(du, (1 - width) / 2), scale(dv, (1 - height) / 2)));
  return { plane, width, height, origin, du, dv, normal };
}

/** The place that a pixel shows, mm. */
export const placeOf = ({ origin, du, dv }: PlaneView, i: number, j: number): Xyz =>
  add(origin, add(scale(du, i), scale(dv, j)));

/** The pixel (with fractions) that shows a place, seen along the normal. */
export function pixelOf({ origin, du, dv }: PlaneView, mm: Xyz): { i: number; j: number } {
  const offset = subtract(mm, origin);
  return { i: dot(offset, du) / dot(du, du), j: dot(offset, dv) / dot(dv, dv) };
}

/** The patient's side that a direction points to: one letter, or two for a slanted one. */
export function letterOf(direction: Xyz): string {
  const names = ['LR', 'PA', 'IS'];
  return direction
    .map((entry, axis) => ({ size: Math.abs(entry), letter: names[axis]![entry > 0 ? 1 : 0]! }))
    .sort((a, b) => b.size - a.size)
    .filter(({ size }, index) => index === 0 || size > 0.38 * Math.hypot(...direction))
    .map(({ letter }) => letter)
    .join('');
}

/** Navigation that shows a box whole in every plane of the given size. */
export function fitted(low: Xyz, high: Xyz, crosshair: Xyz, width: number, height: number): Navigation {
  const size = subtract(high, low);
  const [x, y, z] = size;
  const [w, h] = [Math.max(1, width), Math.max(1, height)];
  const needed = Math.max(x / w, y / h, x / w, z / h, y / w, z / h);
  return { crosshair, centre: scale(add(low, high), 0.5), mmPerPixel: Math.max(1e-6, needed * 1.04) };
}
