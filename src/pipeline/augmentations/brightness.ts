import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';
import { describeValues } from './moments.ts';

/** Adds a constant, drawn in units of the crop's standard deviation. */
export const brightness: IntensityAugmentation<AugmentationSettings<'random_brightness'>> = {
  kind: 'intensity',
  apply(values, { shift }, random) {
    const added = random.between(shift[0], shift[1]) * describeValues(values).deviation;
    for (let i = 0; i < values.length; i++) values[i] += added;
  },
};
