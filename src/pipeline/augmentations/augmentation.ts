import type { Random } from '../../foundation/random.ts';
import type { Zyx } from '../../volume/volume.ts';
import type { Deformation } from '../deformation.ts';

/** The grid of the crop that is augmented. */
export interface CropGrid {
  readonly shape: Zyx;
  /** [z, y, x] in mm. */
  readonly spacing: Zyx;
}

/** Moves voxels: all spatial steps of a crop are composed and done in one interpolation of image, labels and mask. */
export interface SpatialAugmentation<Settings> {
  readonly kind: 'spatial';
  /** Draws a deformation; undefined where this crop stays as it is. */
  draw(settings: Settings, random: Random, grid: CropGrid): Deformation | undefined;
}

/** Changes intensities of the image, never labels. */
export interface IntensityAugmentation<Settings> {
  readonly kind: 'intensity';
  /** Changes one channel in place. Each channel has its own draw, all of one stream. */
  apply(values: Float32Array, settings: Settings, random: Random, grid: CropGrid): void;
}
