import type { VoxelData } from './volume.ts';

/** Labels counted at most: beyond that a volume is an image. */
const mostLabels = 256;

export interface VolumeStatistics {
  /** Of the finite voxels; NaN where there is none, and so `max` and `mean`. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Voxels that are neither infinite nor NaN. */
  readonly finite: number;
  /** Voxels of each value in rising order, where all are whole numbers and there are at most 256 different ones. */
  readonly labelCounts: ReadonlyMap<number, number> | undefined;
}

/** Minimum, maximum, mean and label counts in one pass over the voxels. */
export function volumeStatistics(data: VoxelData): VolumeStatistics {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let finite = 0;
  let counts: Map<number, number> | undefined = new Map();
  // Equal voxels come in runs: a run is counted when it ends.
  let label = Number.NaN;
  let run = 0;
  const finishRun = () => {
    if (run > 0) counts?.set(label, (counts.get(label) ?? 0) + run);
    if (counts !== undefined && counts.size > mostLabels) counts = undefined;
  };
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value - value === 0) {
      finite++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (counts === undefined) continue;
    if (value === label) {
      run++;
      continue;
    }
    finishRun();
    label = value;
    run = 1;
    if (!Number.isInteger(value)) counts = undefined;
  }
  finishRun();
  return {
    min: finite === 0 ? Number.NaN : min,
    max: finite === 0 ? Number.NaN : max,
    mean: sum / finite,
    finite,
    labelCounts: counts && new Map([...counts].sort(([a], [b]) => a - b)),
  };
}
