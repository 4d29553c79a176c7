import { distanceTransform } from '../volume/distance-transform.ts';
import type { Zyx } from '../volume/volume.ts';
import { contour, touchesEdge } from './contour.ts';
import type { Crop } from './crop.ts';
import { quantileOfSorted } from './statistics.ts';

export interface SurfaceDistances {
  readonly hausdorffMm: number;
  readonly hausdorff95Mm: number;
  readonly meanDistanceMm: number;
  readonly surfaceDice: number;
}

/** Distances of one object to another, voxel by voxel. */
interface Directed {
  /** Largest distance from a voxel of the one to the nearest of the other, in mm. */
  readonly largest: number;
  /** Sum over the contour (InnerEye's definition) in mm, and its number of voxels. */
  readonly sum: number;
  readonly count: number;
  /** Distance of every surface voxel (MONAI's definition) in mm, ascending. */
  readonly surface: Float32Array;
}

/**
 * Distances between two objects on one grid, neither of them empty.
 *
 * - Hausdorff distance: ITK's HausdorffDistanceImageFilter. The largest distance from any voxel of one object (not
 *   only of its surface) to the nearest voxel of the other, the larger of both directions.
 * - Mean distance: InnerEye's `surface_distance`. Over the contour voxels (`faces`, open at the image's edge) of both
 *   objects together, the mean distance to the boundary (`corners`, open) of the other.
 * - 95 % Hausdorff distance and surface Dice: MONAI's. Over surface voxels (`faces`, closed at the image's edge), the
 *   distance to the nearest surface voxel of the other; the larger of both directions' 95th percentiles, and the share
 *   of both surfaces within the tolerance.
 *
 * An object that fills the image has no contour in ITK's sense; its surface at the image's edge is taken instead.
 */
export function surfaceDistances(
  prediction: Crop,
  truth: Crop,
  spacing: Zyx,
  toleranceMm: number,
): SurfaceDistances {
  const [a, b] = [surfacesOf(prediction), surfacesOf(truth)];
  const there = directedDistances(a, b, spacing);
  const back = directedDistances(b, a, spacing);
  const within = (distances: Float32Array) => countUpTo(distances, toleranceMm);
  return {
    hausdorffMm: Math.max(there.largest, back.largest),
    hausdorff95Mm: Math.max(quantileOfSorted(there.surface, 0.95), quantileOfSorted(back.surface, 0.95)),
    meanDistanceMm: (there.sum + back.sum) / (there.count + back.count),
    surfaceDice:
      (within(there.surface) + within(back.surface)) / (there.surface.length + back.surface.length),
  };
}

interface Surfaces extends Crop {
  /** Where distances to the object start, in ITK's sense. */
  readonly boundary: Uint8Array;
  /** Surface in MONAI's sense. */
  readonly surface: Uint8Array;
  /** Voxels of the contour in InnerEye's sense, and of the surface: the same where the image's edge is not reached. */
  readonly contourPlaces: Int32Array;
  readonly surfacePlaces: Int32Array;
}

function surfacesOf(crop: Crop): Surfaces {
  const surface = contour(crop, 'faces', 'closed');
  const surfacePlaces = placesOf(surface);
  const boundary = contour(crop, 'corners', 'open');
  if (!boundary.includes(1)) {
    return { ...crop, boundary: surface, surface, contourPlaces: surfacePlaces, surfacePlaces };
  }
  const contourPlaces = touchesEdge(crop) ? placesOf(contour(crop, 'faces', 'open')) : surfacePlaces;
  return { ...crop, boundary, surface, contourPlaces, surfacePlaces };
}

/** Where a mask is 1. */
function placesOf(mask: Uint8Array): Int32Array {
  let count = 0;
  for (let index = 0; index < mask.length; index++) count += mask[index]!;
  const places = new Int32Array(count);
  for (let index = 0, next = 0; next < count; index++) if (mask[index] !== 0) places[next++] = index;
  return places;
}

function directedDistances(from: Surfaces, to: Surfaces, spacing: Zyx): Directed {
  const toBoundary = distanceTransform(to.boundary, to.shape, spacing);
  const toSurface =
    to.surface === to.boundary ? toBoundary : distanceTransform(to.surface, to.shape, spacing);
  let largest = 0;
  for (let index = 0; index < toBoundary.length; index++) {
    if (from.mask[index]! > to.mask[index]! && toBoundary[index]! > largest) largest = toBoundary[index]!;
  }
  let sum = 0;
  for (const place of from.contourPlaces) sum += toBoundary[place]!;
  const surface = new Float32Array(from.surfacePlaces.length);
  for (let i = 0; i < surface.length; i++) surface[i] = toSurface[from.surfacePlaces[i]!]!;
  return { largest, sum, count: from.contourPlaces.length, surface: surface.sort() };
}

/** How many of the sorted values are at most the limit. */
function countUpTo(sorted: Float32Array, limit: number): number {
  // Distances are float32: a distance equal to the limit must not fail by its rounding.
  const bound = limit * (1 + 1e-6);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
