import type { Zyx } from '../volume/volume.ts';
import { cropClass, withMargin } from './crop.ts';
import { countOverlaps, dice, type Overlap, precision, sensitivity } from './overlap.ts';
import type { MetricsRow, StructureMetrics } from './structure-metrics.ts';
import { type SurfaceDistances, surfaceDistances } from './surface-distances.ts';

export interface SegmentationPair {
  readonly patient: string;
  /** Class of each voxel `[z, y, x]`: 0 background, k the k-th structure. */
  readonly prediction: Uint8Array;
  /** The ground truth, in the same form. */
  readonly truth: Uint8Array;
  readonly shape: Zyx;
  /** Distance between voxel centres [z, y, x] in mm. */
  readonly spacing: Zyx;
  /** Names of the structures, class 1 first. */
  readonly structures: readonly string[];
  /** For each structure whether it was drawn in this subject; default: all were. */
  readonly drawn?: readonly boolean[];
  /** Voxels with 0 are left out: they count as background on both sides. */
  readonly mask?: Uint8Array;
}

/** Compares a subject's segmentation with the ground truth: one row a structure, in the structures' order. */
export function evaluateSegmentation(pair: SegmentationPair, surfaceDiceToleranceMm = 1): MetricsRow[] {
  const { patient, prediction, truth, shape, structures, drawn, mask } = pair;
  const overlaps = countOverlaps(prediction, truth, shape, structures.length, mask);
  return structures.map((structure, k) => ({
    patient,
    structure,
    ...(drawn?.[k] === false
      ? notDrawn(surfaceDiceToleranceMm)
      : evaluateStructure(pair, k + 1, overlaps[k]!, surfaceDiceToleranceMm)),
  }));
}

function evaluateStructure(
  { prediction, truth, shape, spacing, mask }: SegmentationPair,
  label: number,
  overlap: Overlap,
  surfaceDiceToleranceMm: number,
): StructureMetrics {
  const voxelMl = (spacing[0] * spacing[1] * spacing[2]) / 1000;
  return {
    dice: dice(overlap),
    ...distances(),
    surfaceDiceToleranceMm,
    sensitivity: sensitivity(overlap),
    precision: precision(overlap),
    predictedMl: overlap.predicted * voxelMl,
    trueMl: overlap.true * voxelMl,
    volumeErrorMl: (overlap.predicted - overlap.true) * voxelMl,
  };

  function distances(): SurfaceDistances {
    if (!overlap.box) return everywhere(Number.NaN, Number.NaN);
    if (overlap.predicted === 0 || overlap.true === 0) return everywhere(Number.POSITIVE_INFINITY, 0);
    const box = withMargin(overlap.box, shape);
    const crop = (labels: Uint8Array) => cropClass(labels, shape, label, box, mask);
    return surfaceDistances(crop(prediction), crop(truth), spacing, surfaceDiceToleranceMm);
  }
}

const everywhere = (distance: number, surfaceDice: number): SurfaceDistances => ({
  hausdorffMm: distance,
  hausdorff95Mm: distance,
  meanDistanceMm: distance,
  surfaceDice,
});

const notDrawn = (surfaceDiceToleranceMm: number): StructureMetrics => ({
  dice: Number.NaN,
  ...everywhere(Number.NaN, Number.NaN),
  surfaceDiceToleranceMm,
  sensitivity: Number.NaN,
  precision: Number.NaN,
  predictedMl: Number.NaN,
  trueMl: Number.NaN,
  volumeErrorMl: Number.NaN,
});
