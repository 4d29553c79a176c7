import { classOf, posteriorOf, type Segmentation, type SegmentationWithPosteriors } from './segmentation.ts';

export interface SummedProbability {
  readonly first: string;
  readonly second: string;
  readonly external: string;
}

/**
 * InnerEye's rule for two structures inside an enclosing one: where a voxel was given to the enclosing structure, but
 * the two are together more probable, it goes to the more probable of the two (the first, if they are equal).
 */
export function summedProbability(
  segmentation: SegmentationWithPosteriors,
  { first, second, external }: SummedProbability,
): Segmentation {
  const [firstLabel, secondLabel, externalLabel] = [first, second, external].map(name =>
    classOf(name, segmentation.structures, 'summed_probability'),
  ) as [number, number, number];
  const firstPosterior = posteriorOf(segmentation, firstLabel);
  const secondPosterior = posteriorOf(segmentation, secondLabel);
  const externalPosterior = posteriorOf(segmentation, externalLabel);
  const labels = segmentation.labels.slice();
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] !== externalLabel) continue;
    // InnerEye adds in float32.
    const together = Math.fround(firstPosterior[index]! + secondPosterior[index]!);
    if (together > externalPosterior[index]!) {
      labels[index] = firstPosterior[index]! >= secondPosterior[index]! ? firstLabel : secondLabel;
    }
  }
  return { ...segmentation, labels };
}
