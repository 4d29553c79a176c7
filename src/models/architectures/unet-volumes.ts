import * as tf from '@tensorflow/tfjs-core';
import type { ScalarArchitecture } from '../../config/schema/scalar-architecture.ts';
import { Fault } from '../../foundation/fault.ts';
import { buildModel } from '../build-model.ts';
import { embedded } from '../embedded.ts';
import type { Encoder, ImageSizes } from '../encoder.ts';
import { type Block, named } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';

/** Volumes are told in so many voxels: numbers around 1 for what is a few millilitres at 1 mm. */
const VOXELS = 1000;

/**
 * The whole of a segmentation network, under the names that it has there, so that its weights can be taken over. Its
 * feature maps are the posteriors of the structures, scaled so that their mean is the volume of each in thousands of
 * voxels: what is to be told of sizes is learned from a segmentation that nobody has to draw.
 */
export function unetVolumes(
  lists: ParameterLists,
  { channels, size }: ImageSizes,
  { network, structures }: ScalarArchitecture<'unet_volumes'>,
): Encoder {
  const model = buildModel(
    'deep_supervision' in network ? { ...network, deep_supervision: false } : network,
    { channels, classes: structures + 1 },
  );
  const logits = embedded(lists, model);
  if (size.some((extent, axis) => extent % model.multiple[axis]! !== 0)) {
    throw new Fault(`images of ${size.join(' × ')} voxels do not fit the network`, {
      place: { setting: 'input.size' },
      remedy: `Set it to multiples of [${model.multiple.join(', ')}] along z, y, x.`,
    });
  }
  const [z, y, x] = size;
  const posteriors: Block = named('posteriors', (input, context) => {
    const [found] = logits(input, context);
    const shares = tf.softmax(found!);
    return tf.slice(shares, [0, 0, 0, 0, 1], [-1, -1, -1, -1, structures]);
  });
  return {
    forward: (input, context) => tf.mul(posteriors(input, context), (z * y * x) / VOXELS),
    features: structures,
    size,
    featureMap: 'posteriors',
  };
}
