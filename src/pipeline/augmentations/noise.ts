import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';
import { addNormal } from './normal-field.ts';

/** Adds Gaussian noise to every voxel, its standard deviation in the units of the normalised image. */
export const noise: IntensityAugmentation<AugmentationSettings<'random_noise'>> = {
  kind: 'intensity',
  apply(values, { deviation }, random) {
    addNormal(values, random.between(deviation[0], deviation[1]), random);
  },
};
