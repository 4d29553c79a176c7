import type { Normalization } from './index.ts';

/** InnerEye's `Unchanged`. */
export const unchanged: Normalization<'unchanged'> = values => values.slice();
