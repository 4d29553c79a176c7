import type { Zyx } from '../volume/volume.ts';

/** How a U-Net halves a crop. Sizes are [z, y, x]. */
export interface Topology {
  /** Downsampling into each further level, 1 or 2 an axis. */
  readonly strides: readonly Zyx[];
  /** The crop's size must be a multiple of it. */
  readonly multiple: Zyx;
  /** The given size, enlarged to the next multiple. */
  readonly size: Zyx;
}

/** The lowest level keeps so many voxels along each axis. */
const LEAST_EXTENT = 4;
/** Levels that an architecture can have, less the first. */
const MOST_STRIDES = 7;

type Triple = [number, number, number];
const AXES = [0, 1, 2] as const;

/**
 * nnU-Net's rule (Isensee et al., Nature Methods 2021): halve every axis that keeps four voxels, except those whose
 * voxels are at least twice as long as the shortest; so thick slices wait until the others have become as coarse. An
 * axis left alone needs twelve voxels.
 */
export function planTopology(size: Zyx, spacing: Zyx): Topology {
  const strides: Zyx[] = [];
  const now: Triple = [...size];
  const lengths: Triple = [...spacing];
  const multiple: Triple = [1, 1, 1];
  while (strides.length < MOST_STRIDES) {
    const long = AXES.filter(axis => now[axis] >= 2 * LEAST_EXTENT);
    const shortest = Math.min(...long.map(axis => lengths[axis]));
    const halved = long.filter(axis => lengths[axis] / shortest < 2);
    if (halved.length === 0 || (halved.length === 1 && now[halved[0]!] < 3 * LEAST_EXTENT)) break;
    const stride: Triple = [1, 1, 1];
    for (const axis of halved) {
      stride[axis] = 2;
      multiple[axis] *= 2;
      lengths[axis] *= 2;
      now[axis] = Math.ceil(now[axis] / 2);
    }
    strides.push(stride);
  }
  const enlarged = AXES.map(axis => Math.ceil(size[axis] / multiple[axis]) * multiple[axis]);
  return { strides, multiple, size: enlarged as Triple };
}
