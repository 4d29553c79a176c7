import type { PostprocessingStep } from '../../config/schema/configuration.ts';
import { Fault } from '../../foundation/fault.ts';
import { largestComponent } from './largest-component.ts';
import type { Segmentation, SegmentationWithPosteriors } from './segmentation.ts';
import { sliceExclusion } from './slice-exclusion.ts';
import { smoothPosteriors } from './smooth-posteriors.ts';
import { summedProbability } from './summed-probability.ts';

export interface PostprocessingOptions {
  /** Called after each step with its place in the list; posteriors are the same array before and after. */
  readonly probe?: (
    index: number,
    step: PostprocessingStep,
    before: Segmentation,
    after: Segmentation,
  ) => void;
}

/**
 * Applies the steps in their order. Labels are copied, posteriors are overwritten by the steps that change them.
 * @throws Fault where a step needs posteriors and there are none, smoothing comes after a step whose result it would
 *   discard, or a structure is unknown
 */
export function applyPostprocessing(
  segmentation: Segmentation,
  steps: readonly PostprocessingStep[],
  { probe }: PostprocessingOptions = {},
): Segmentation {
  return steps.reduce((before, step, index) => {
    if ('smooth_posteriors' in step && index > 0 && !('smooth_posteriors' in steps[index - 1]!)) {
      throw new Fault('smooth_posteriors chooses the classes anew, so it undoes the steps before it', {
        remedy: 'Make smooth_posteriors the first step of postprocessing.',
      });
    }
    const after = applyStep(before, step);
    probe?.(index, step, before, after);
    return after;
  }, segmentation);
}

function applyStep(segmentation: Segmentation, step: PostprocessingStep): Segmentation {
  if ('smooth_posteriors' in step) {
    return smoothPosteriors(withPosteriors(segmentation, 'smooth_posteriors'), step.smooth_posteriors);
  }
  if ('summed_probability' in step) {
    return summedProbability(withPosteriors(segmentation, 'summed_probability'), step.summed_probability);
  }
  if ('largest_component' in step) return largestComponent(segmentation, step.largest_component);
  return sliceExclusion(segmentation, step.slice_exclusion);
}

function withPosteriors(segmentation: Segmentation, step: string): SegmentationWithPosteriors {
  const { posteriors } = segmentation;
  if (posteriors) return { ...segmentation, posteriors };
  throw new Fault(`${step} needs the posteriors, and only the classes were kept`, {
    remedy: 'Set `inference.posteriors: true`, or remove the step.',
  });
}
