import type { SpatialAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/** Mirrors each of the axes with the probability on its own; exact, no interpolation where nothing else is done. */
export const flip: SpatialAugmentation<AugmentationSettings<'random_flip'>> = {
  kind: 'spatial',
  draw({ probability, axes }, random) {
    // One draw an axis, whichever are listed, so that listing another does not change the first.
    const drawn = (['z', 'y', 'x'] as const).map(axis => random.chance(probability) && axes.includes(axis));
    if (!drawn.includes(true)) return undefined;
    const [z, y, x] = drawn.map(mirrored => (mirrored ? -1 : 1));
    return { matrix: [z, 0, 0, 0, y, 0, 0, 0, x], shift: [0, 0, 0] };
  },
};
