import type { Zyx } from '../volume/volume.ts';
import type { Block } from './model.ts';
import type { ParameterLists } from './parameters.ts';

/** The part of a network that turns images into feature maps; its parameters begin with `encoder/`. */
export interface Encoder {
  /** `[image, z, y, x, channel]` to `[image, z, y, x, feature]` */
  readonly forward: Block;
  /** Feature channels of the maps. */
  readonly features: number;
  /** Size of the maps in voxels; 0 or less along an axis for which the image is too small. */
  readonly size: Zyx;
  /** The block that gives them. */
  readonly featureMap: string;
}

/** What is known of the images before an encoder is built. */
export interface ImageSizes {
  readonly channels: number;
  readonly size: Zyx;
}

export type BuildEncoder = (lists: ParameterLists, images: ImageSizes) => Encoder;

/** The same edge along each axis; 1 where images have one voxel only, such as along z in those of one slice. */
export const within = ([z, y, x]: Zyx, edge: number): Zyx => [
  z === 1 ? 1 : edge,
  y === 1 ? 1 : edge,
  x === 1 ? 1 : edge,
];

/** Size after a padded convolution or pooling with a stride. */
export const strided = ([z, y, x]: Zyx, stride: Zyx): Zyx => [
  Math.ceil(z / stride[0]),
  Math.ceil(y / stride[1]),
  Math.ceil(x / stride[2]),
];

/** Size after a convolution that is not padded. */
export const unpadded = (size: Zyx, kernel: Zyx, stride: Zyx = [1, 1, 1]): Zyx => {
  const along = (axis: 0 | 1 | 2) => Math.floor((size[axis] - kernel[axis]) / stride[axis]) + 1;
  return [along(0), along(1), along(2)];
};
