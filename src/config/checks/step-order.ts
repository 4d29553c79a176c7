import type { Check, CheckFinding } from './check.ts';

/** Steps that undo or repeat each other where they stand. */
export const stepOrder: Check = settings => {
  const { preprocessing } = settings;
  const postprocessing = settings.task === 'segmentation' ? settings.postprocessing : [];
  const findings: CheckFinding[] = [];
  let normalized: number | undefined;
  let resampled: number | undefined;
  preprocessing.forEach((step, index) => {
    if ('resize' in step && settings.task === 'segmentation') {
      findings.push({
        severity: 'error',
        code: 'resized-segmentation',
        message: 'scans of a segmentation keep their proportions, and `resize` gives each another spacing',
        remedy: 'Use `resample`: predictions are brought back from it.',
        path: ['preprocessing', index, 'resize'],
        atKey: true,
      });
    }
    if ('normalize' in step) {
      if (normalized !== undefined) {
        findings.push({
          severity: 'warning',
          code: 'normalized-twice',
          message: 'the channels were normalised before: a second normalisation undoes the first',
          remedy: 'Keep one `normalize` step; it can hold a method for each channel.',
          path: ['preprocessing', index, 'normalize'],
          atKey: true,
          related: [{ message: 'the first one', path: ['preprocessing', normalized] }],
        });
      }
      normalized ??= index;
    }
    if ('resample' in step) {
      const [code, message, first] =
        resampled !== undefined
          ? ['resampled-twice', 'volumes were resampled before: each resampling blurs', resampled]
          : normalized !== undefined
            ? [
                'resampled-late',
                'resampling after normalisation changes the intensities once more',
                normalized,
              ]
            : [];
      if (code !== undefined && message !== undefined && first !== undefined) {
        findings.push({
          severity: 'warning',
          code,
          message,
          remedy: 'Resample once, before `normalize`.',
          path: ['preprocessing', index, 'resample'],
          atKey: true,
          related: [{ message: 'the earlier step', path: ['preprocessing', first] }],
        });
      }
      resampled ??= index;
    }
  });
  const chosen = postprocessing.findIndex(step => 'largest_component' in step || 'slice_exclusion' in step);
  postprocessing.forEach((step, index) => {
    if (chosen === -1 || index < chosen) return;
    const [name] = Object.keys(step).filter(
      key => key === 'smooth_posteriors' || key === 'summed_probability',
    );
    if (name === undefined) return;
    findings.push({
      severity: 'error',
      code: 'posteriors-after-classes',
      message: `\`${name}\` works on posteriors, but the classes are chosen before it`,
      remedy: 'Move it in front of the steps that work on the segmentation.',
      path: ['postprocessing', index, name],
      atKey: true,
      related: [{ message: 'works on the segmentation', path: ['postprocessing', chosen] }],
    });
  });
  return findings;
};
