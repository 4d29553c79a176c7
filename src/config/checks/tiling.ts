import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check } from './check.ts';

/** Overlaps that do nothing, or cost more than they give. */
export const tiling: Check<SegmentationConfiguration> = ({ inference: { overlap, blend } }) => {
  const path = ['inference', 'overlap'];
  if (overlap === 0 && blend === 'gaussian') {
    return [
      {
        severity: 'warning',
        code: 'nothing-to-blend',
        message: `tiles do not overlap, so \`blend: gaussian\` does nothing and seams may show`,
        remedy: 'An overlap of 0.25 to 0.5 hides the seams.',
        path,
      },
    ];
  }
  if (overlap <= 0.75) return [];
  const times = Math.round((1 / (1 - overlap)) ** 3);
  return [
    {
      severity: 'warning',
      code: 'large-overlap',
      message: `an overlap of ${overlap} predicts every voxel about ${times} times`,
      remedy: 'More than 0.5 rarely makes a prediction better.',
      path,
    },
  ];
};
