import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';
import { describeValues } from './moments.ts';

/** Scales the distances from the crop's mean. */
export const contrast: IntensityAugmentation<AugmentationSettings<'random_contrast'>> = {
  kind: 'intensity',
  apply(values, { factor }, random) {
    const { mean } = describeValues(values);
    const scale = random.between(factor[0], factor[1]);
    for (let i = 0; i < values.length; i++) values[i] = mean + (values[i] - mean) * scale;
  },
};
