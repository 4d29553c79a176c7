import type { Normalization } from './index.ts';
import { momentsOf, standardize } from './statistics.ts';

/**
 * (x − mean) / standard deviation inside the mask; with `foreground`, of the voxels above the image's minimum only,
 * which leaves out the empty border that skull stripping and resampling leave behind.
 */
export const zScore: Normalization<'z-score'> = (values, mask, { foreground }) => {
  const inside = (index: number) => mask === undefined || mask[index] > 0;
  if (!foreground) return standardize(values, momentsOf(values, inside));
  let minimum = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < minimum) minimum = value;
  return standardize(
    values,
    momentsOf(values, index => values[index] > minimum && inside(index)),
  );
};
