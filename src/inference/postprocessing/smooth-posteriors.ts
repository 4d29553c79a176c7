import { smooth } from '../../volume/smooth.ts';
import { affineFromSpacing, type Zyx } from '../../volume/volume.ts';
import { mostProbableClass } from './most-probable-class.ts';
import { posteriorOf, type Segmentation, type SegmentationWithPosteriors } from './segmentation.ts';

/**
 * Smooths each class's probabilities with a Gaussian and chooses the classes anew (InnerEye's
 * `posterior_smoothing_mm`, which is a standard deviation). One class is held twice at a time; the posteriors given
 * are overwritten, because they can be several gigabytes.
 */
export function smoothPosteriors(
  segmentation: SegmentationWithPosteriors,
  { sigma_mm }: { readonly sigma_mm: Zyx },
): Segmentation {
  const { shape, spacing, posteriors, labels } = segmentation;
  const affine = affineFromSpacing(spacing);
  for (let label = 0; label * labels.length < posteriors.length; label++) {
    const posterior = posteriorOf(segmentation, label);
    posterior.set(smooth({ data: posterior, shape, affine }, sigma_mm).data);
  }
  return { ...segmentation, labels: mostProbableClass(posteriors, labels.length) };
}
