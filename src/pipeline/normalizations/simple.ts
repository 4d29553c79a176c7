import type { Normalization } from './index.ts';
import { momentsOf, standardize } from './statistics.ts';

/** InnerEye's `SimpleNorm`: (x − mean) / standard deviation, both inside the mask. */
export const simple: Normalization<'simple'> = (values, mask) =>
  standardize(
    values,
    momentsOf(values, index => mask === undefined || mask[index] > 0),
  );
