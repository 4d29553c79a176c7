import { classOf, type Segmentation } from './segmentation.ts';

export interface SliceExclusion {
  readonly lower: string;
  readonly higher: string;
  readonly higher_dominates: boolean;
}

/**
 * InnerEye's rule for two structures of which one lies above the other along z: in the slices from the first with the
 * higher structure to the last with the lower one, the dominating structure takes the voxels of the other.
 * Slices count upwards from the feet, as in InnerEye.
 */
export function sliceExclusion(
  segmentation: Segmentation,
  { lower, higher, higher_dominates }: SliceExclusion,
): Segmentation {
  const lowerLabel = classOf(lower, segmentation.structures, 'slice_exclusion');
  const higherLabel = classOf(higher, segmentation.structures, 'slice_exclusion');
  const slice = segmentation.shape[1] * segmentation.shape[2];
  const first = segmentation.labels.indexOf(higherLabel);
  const last = segmentation.labels.lastIndexOf(lowerLabel);
  if (first < 0 || last < 0) return segmentation;
  const start = Math.floor(first / slice) * slice;
  const end = (Math.floor(last / slice) + 1) * slice;
  const [kept, replaced] = higher_dominates ? [higherLabel, lowerLabel] : [lowerLabel, higherLabel];
  const labels = segmentation.labels.slice();
  for (let index = start; index < end; index++) {
    if (labels[index] === replaced) labels[index] = kept;
  }
  return { ...segmentation, labels };
}
