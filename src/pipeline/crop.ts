import type { PaddingMode } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import { type Deformation, identity, isFlip, sourceBounds } from './deformation.ts';
import { labelPadding, type Margins, marginsTo, pad } from './padding.ts';
import type { Block, PreparedReader } from './prepared-reader.ts';
import { scratchBytes, scratchFloats } from './scratch.ts';
import { copyFlipped, warp } from './warp.ts';

/** A piece of a subject that a model is trained on. */
export interface Crop {
  readonly shape: Zyx;
  /** [z, y, x] in mm. */
  readonly spacing: Zyx;
  /** One array a channel; augmentation changes them in place. */
  readonly images: readonly Float32Array[];
  readonly labels: Uint8Array;
  readonly mask: Uint8Array | undefined;
}

/** Arrays that a crop is put into, of its own size. */
export type CropArrays = Pick<Crop, 'images' | 'labels' | 'mask'>;

/** A crop with arrays of its own. */
export const copyCrop = (crop: Crop): Crop => ({
  ...crop,
  images: crop.images.map(values => values.slice()),
  labels: crop.labels.slice(),
  mask: crop.mask?.slice(),
});

/** New arrays for a crop of a subject. */
export function newCropArrays(size: Zyx, channels: number, masked: boolean): CropArrays {
  const count = voxelCount(size);
  return {
    images: Array.from({ length: channels }, () => new Float32Array(count)),
    labels: new Uint8Array(count),
    mask: masked ? new Uint8Array(count) : undefined,
  };
}

/**
 * Takes a crop out of a prepared volume, deformed around its own centre. There is one interpolation, from the whole
 * volume, so that corners that a rotation brings in hold real voxels: images linear, labels and mask nearest.
 * A volume smaller than the crop is padded first; sources beyond the padded volume take its border's values, or zero
 * (labels: background) with padding that does not continue the image.
 * @param into where its voxels are put; the mask is taken out where both it and the subject have one.
 * @param corner lowest corner in the volume's voxels, negative where it is padded.
 * @throws Fault where the volume is smaller than the crop and padding is `none`.
 */
export function takeCrop(
  reader: PreparedReader,
  size: Zyx,
  corner: Zyx,
  padding: PaddingMode,
  deformation: Deformation = identity,
  into?: CropArrays,
): Crop {
  const margins = marginsTo(reader.shape, size);
  if (padding === 'none' && size.some((length, axis) => length > reader.shape[axis])) {
    throw new Fault(
      `the volume (${reader.shape.join(' × ')}) is smaller than the crop (${size.join(' × ')})`,
      {
        place: { subject: reader.id },
        remedy: 'Choose a sampling.padding other than none, or a smaller sampling.crop_size.',
      },
    );
  }
  const centre = [0, 1, 2].map(axis => corner[axis] + (size[axis] - 1) / 2) as [number, number, number];
  const [low, high] = boxToRead(reader.shape, margins, centre, sourceBounds(deformation, size));
  const source = padBlock(reader.block(low, high), margins, padding);
  const local = centre.map((c, axis) => c - source.low[axis]) as [number, number, number];
  const arrays = into ?? newCropArrays(size, reader.channels, source.mask !== undefined);
  const crop: Crop = { ...arrays, shape: size, spacing: reader.spacing };
  if (isFlip(deformation)) copyFlipped(source, local, deformation.matrix, crop);
  else {
    warp(source, local, deformation, crop, {
      image: padding !== 'zero',
      labels: labelPadding(padding) !== 'zero',
    });
  }
  return crop;
}

/** The voxels of the volume that a crop needs: everything along a padded axis, else the sources' box. */
function boxToRead(
  shape: Zyx,
  { before, after }: Margins,
  centre: Zyx,
  [least, most]: [Zyx, Zyx],
): [Zyx, Zyx] {
  const low = [0, 0, 0] as [number, number, number];
  const high = [...shape] as [number, number, number];
  for (const axis of [0, 1, 2] as const) {
    if (before[axis] + after[axis] > 0) continue;
    const last = shape[axis] - 1;
    low[axis] = Math.min(Math.max(Math.floor(centre[axis] + least[axis]), 0), last);
    high[axis] = Math.min(Math.max(Math.ceil(centre[axis] + most[axis]), 0), last) + 1;
  }
  return [low, high];
}

/** A block with the volume's margins; `low` is negative along axes that were padded. */
function padBlock(block: Block, margins: Margins, padding: PaddingMode): Block {
  if (margins.before.every(n => n === 0)) return block;
  const { before, after } = margins;
  const low = block.low.map((first, axis) => first - before[axis]) as [number, number, number];
  const size = block.shape.map((n, axis) => n + before[axis] + after[axis]) as [number, number, number];
  const labelMode = labelPadding(padding);
  const count = voxelCount(size);
  return {
    low,
    shape: size,
    images: block.images.map((image, channel) =>
      pad(image, block.shape, margins, padding, scratchFloats(`padded ${channel}`, count)),
    ),
    labels: pad(block.labels, block.shape, margins, labelMode, scratchBytes('padded labels', count)),
    mask: block.mask && pad(block.mask, block.shape, margins, labelMode, scratchBytes('padded mask', count)),
  };
}
