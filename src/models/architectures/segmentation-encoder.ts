import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolutionLayer } from '../blocks/convolution-layer.ts';
import { type Encoder, type ImageSizes, strided, within } from '../encoder.ts';
import { type Block, chain, named } from '../model.ts';
import type { Initial, ParameterLists } from '../parameters.ts';

const SCALE: Initial = { kind: 'normal', mean: 1, deviation: 0.01 };
/** Features that each group adds by convolutions within the slice and along z. */
const GROUPS = [1, 2, 3].map(() => ({ flat: 4, along: 2 }));

/**
 * An encoder of segmentation maps, after De Fauw et al., "Clinically applicable deep learning for diagnosis and
 * referral in retinal disease", 2018, as InnerEye has it (`segmentation_encoder.py`): convolutions within the slice and
 * along z add features to their input, a maximum halves the maps, and a convolution of one voxel halves the features.
 * The images hold class numbers, which become one channel a class.
 */
export function segmentationEncoder(
  lists: ParameterLists,
  images: ImageSizes,
  { classes }: { classes: number },
): Encoder {
  let features = images.channels * classes;
  let { size } = images;
  const layer = (name: string, outputs: number, kernel: Zyx) =>
    convolutionLayer(lists, {
      name,
      inputs: features,
      outputs,
      kernel,
      normalization: 'batch',
      scaleInitial: SCALE,
    });

  /** The input, and what convolutions find in it, as further features; halved. */
  const widened = (name: string, added: { flat: number; along: number }, step: Zyx): Block => {
    const flat = layer(`${name}/flat`, added.flat, [1, 3, 3]);
    const along = added.along > 0 ? layer(`${name}/along`, added.along, [3, 1, 1]) : undefined;
    features += added.flat + added.along;
    size = strided(size, step);
    const halved = (maps: tf.Tensor5D) =>
      step.some(edge => edge > 1) ? tf.maxPool3d(maps, [...step], [...step], 'same') : maps;
    return named(name, (input: tf.Tensor5D, context) => {
      const found = [flat(input, context), ...(along ? [along(input, context)] : [])];
      return tf.concat([input, ...found].map(halved), 4);
    });
  };
  const shrunk = (name: string): Block => {
    const outputs = Math.floor(features / 2);
    const block = layer(name, outputs, [1, 1, 1]);
    features = outputs;
    return block;
  };

  const [, y, x] = within(images.size, 2);
  const parts = [widened('encoder/first', { flat: 2, along: 0 }, [1, y, x])];
  for (const [index, added] of GROUPS.entries()) {
    parts.push(widened(`encoder/${index}`, added, within(images.size, 2)), shrunk(`encoder/${index}/shrunk`));
  }
  parts.push(widened('encoder/last', { flat: 6, along: 3 }, [1, 1, 1]), shrunk('encoder/last/shrunk'));
  const encode = chain(parts);
  return {
    forward: (input, context) => encode(oneHot(input, classes), context),
    features,
    size,
    featureMap: 'encoder/last/shrunk',
  };
}

/** Class numbers `[…, channel]` as `[…, channel · class]`, 1 for the class that is there. */
function oneHot(maps: tf.Tensor5D, classes: number): tf.Tensor5D {
  const [images, z, y, x, channels] = maps.shape;
  const values = tf.reshape(tf.cast(tf.round(maps), 'int32'), [maps.size]);
  const hot = tf.cast(tf.oneHot(values, classes), 'float32');
  return tf.reshape(hot, [images, z, y, x, channels * classes]);
}
