import type { Normalization } from './index.ts';
import { mapLinearly } from './linear-map.ts';

/** InnerEye's `CtWindow`: [level − window / 2, level + window / 2] in HU becomes the output range, clipped. */
export const ctWindow: Normalization<'ct-window'> = (values, _mask, { level, window, output_range }) =>
  mapLinearly(values, [level - window / 2, level + window / 2], output_range);
