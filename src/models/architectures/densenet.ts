import * as tf from '@tensorflow/tfjs-core';
import type { ScalarArchitecture } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { convolution } from '../blocks/convolution.ts';
import { normalization } from '../blocks/normalization.ts';
import { stem } from '../blocks/stem.ts';
import { type Encoder, type ImageSizes, strided, within } from '../encoder.ts';
import { type Block, chain, named, recomputedBlock } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';

/**
 * A DenseNet (Huang et al., "Densely connected convolutional networks", 2017) in three dimensions, with bottlenecks;
 * between two dense blocks the features are halved, and the maps by averages.
 */
export function densenet(
  lists: ParameterLists,
  images: ImageSizes,
  settings: ScalarArchitecture<'densenet'>,
): Encoder {
  const { growth, bottleneck, blocks, normalization: kind } = settings;
  const half = within(images.size, 2);

  /** Normalisation and ReLU, then a convolution. */
  const layer = (name: string, inputs: number, outputs: number, kernel: Zyx): Block => {
    const activate = activation(name, inputs);
    const convolve = convolution(lists.parameters, { name, inputs, outputs, kernel, padding: 'centred' });
    return named(name, (input: tf.Tensor5D, context) => convolve(activate(input, context), context));
  };
  const activation = (name: string, features: number): Block => {
    const normalize = normalization(lists, { name: `${name}/norm`, features, kind });
    return (input, context) => tf.relu(normalize(input, context));
  };
  const dense = (name: string, inputs: number): Block => {
    const narrow = layer(`${name}/bottleneck`, inputs, bottleneck * growth, [1, 1, 1]);
    const grow = layer(`${name}/growth`, bottleneck * growth, growth, within(images.size, 3));
    return named(name, (input: tf.Tensor5D, context) =>
      tf.concat([input, grow(narrow(input, context), context)], 4),
    );
  };

  const begin = stem(lists, images, {
    features: settings.features,
    kernelSize: settings.stem.kernel_size,
    stride: settings.stem.stride,
    pool: settings.stem.pool,
    normalization: kind,
  });
  let { size } = begin;
  let { features } = settings;
  const parts = [begin.block];
  for (const [index, count] of blocks.entries()) {
    const layers = Array.from({ length: count }, (_, place) =>
      dense(`encoder/${index}/${place}`, features + place * growth),
    );
    features += count * growth;
    parts.push(recomputedBlock(`encoder/${index}`, chain(layers)));
    if (index === blocks.length - 1) continue;
    const fewer = Math.floor(features / 2);
    const narrow = layer(`encoder/${index}/transition`, features, fewer, [1, 1, 1]);
    parts.push((input, context) => tf.avgPool3d(narrow(input, context), [...half], [...half], 'same'));
    features = fewer;
    size = strided(size, half);
  }
  const last = 'encoder/last';
  parts.push(named(last, activation(last, features)));
  return { forward: chain(parts), features, size, featureMap: last };
}
