import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';
import { describeValues } from './moments.ts';

/** Cells of the table that stands for the power function; between its points it is linear. */
const CELLS = 4096;

/**
 * The crop's range mapped to [0, 1], raised to a power, and mapped back so that mean and standard deviation are as
 * before (nnU-Net's gamma with `retain_stats`).
 */
export const gamma: IntensityAugmentation<AugmentationSettings<'random_gamma'>> = {
  kind: 'intensity',
  apply(values, settings, random) {
    const exponent = random.between(settings.gamma[0], settings.gamma[1]);
    const before = describeValues(values);
    const range = before.maximum - before.minimum;
    if (!(range > 0)) return;
    const table = Float64Array.from({ length: CELLS + 2 }, (_, i) => (i / CELLS) ** exponent);
    const scale = CELLS / range;
    for (let i = 0; i < values.length; i++) {
      const place = (values[i] - before.minimum) * scale;
      const cell = place | 0;
      values[i] = table[cell] + (table[cell + 1] - table[cell]) * (place - cell);
    }
    const after = describeValues(values);
    const back = after.deviation > 0 ? before.deviation / after.deviation : 1;
    for (let i = 0; i < values.length; i++) values[i] = before.mean + (values[i] - after.mean) * back;
  },
};
