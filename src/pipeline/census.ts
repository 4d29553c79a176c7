import { voxelCount, type Zyx } from '../volume/volume.ts';

/**
 * How many voxels of each class lie inside the mask, plane by plane: `counts[z * classes + class]`. It is all that
 * sampling needs to draw any voxel of a class exactly uniformly, whatever the size of the volume.
 */
export interface Census {
  readonly classes: number;
  readonly counts: Uint32Array;
}

/** Counts the classes of a label map. */
export function takeCensus(
  labels: Uint8Array,
  mask: Uint8Array | undefined,
  shape: Zyx,
  classes: number,
): Census {
  const counts = new Uint32Array(shape[0] * classes);
  const plane = voxelCount([1, shape[1], shape[2]]);
  for (let z = 0, i = 0; z < shape[0]; z++) {
    const row = z * classes;
    for (const end = i + plane; i < end; i++) {
      if (mask === undefined || mask[i] > 0) counts[row + labels[i]]++;
    }
  }
  return { classes, counts };
}

/** Voxels of each class in the whole volume. */
export function classTotals({ classes, counts }: Census): number[] {
  const totals = new Array<number>(classes).fill(0);
  for (let i = 0; i < counts.length; i++) totals[i % classes] += counts[i];
  return totals;
}
