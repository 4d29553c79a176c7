import * as tf from '@tensorflow/tfjs-core';
import type { ScalarArchitecture } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { convolutionLayer } from '../blocks/convolution-layer.ts';
import { stem } from '../blocks/stem.ts';
import { type Encoder, type ImageSizes, strided, within } from '../encoder.ts';
import { type Block, chain, named, recomputedBlock } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';

/**
 * A residual network (He et al., "Deep residual learning for image recognition", 2016) in three dimensions, of basic
 * blocks; where a block strides or has more features, a convolution of one voxel brings the shortcut to its size.
 */
export function resnet(
  lists: ParameterLists,
  images: ImageSizes,
  settings: ScalarArchitecture<'resnet'>,
): Encoder {
  const { blocks, normalization } = settings;
  const featuresAt = (stage: number) => Math.min(settings.features * 2 ** stage, settings.max_features);
  const kernel = within(images.size, 3);
  const layer = (
    name: string,
    inputs: number,
    outputs: number,
    more: { kernel: Zyx; stride?: Zyx; activate?: boolean },
  ) => convolutionLayer(lists, { name, inputs, outputs, normalization, ...more });

  const block = (name: string, inputs: number, outputs: number, stride: Zyx): Block => {
    const first = layer(`${name}/first`, inputs, outputs, { kernel, stride });
    const second = layer(`${name}/second`, outputs, outputs, { kernel, activate: false });
    const fits = inputs === outputs && stride.every(step => step === 1);
    const skip = fits
      ? undefined
      : layer(`${name}/skip`, inputs, outputs, { kernel: [1, 1, 1], stride, activate: false });
    return recomputedBlock(name, (input, context) => {
      const shortcut = skip ? skip(input, context) : input;
      return tf.relu(tf.add(second(first(input, context), context), shortcut) as tf.Tensor5D);
    });
  };

  const begin = stem(lists, images, {
    features: featuresAt(0),
    kernelSize: settings.stem.kernel_size,
    stride: settings.stem.stride,
    pool: settings.stem.pool,
    normalization,
  });
  let { size } = begin;
  const stages = blocks.map((count, stage) => {
    const stride = within(images.size, stage === 0 ? 1 : 2);
    size = strided(size, stride);
    const parts = Array.from({ length: count }, (_, index) =>
      block(
        `encoder/${stage}/${index}`,
        featuresAt(index === 0 ? Math.max(0, stage - 1) : stage),
        featuresAt(stage),
        index === 0 ? stride : [1, 1, 1],
      ),
    );
    return named(`encoder/${stage}`, chain(parts));
  });
  return {
    forward: chain([begin.block, ...stages]),
    features: featuresAt(blocks.length - 1),
    size,
    featureMap: `encoder/${blocks.length - 1}`,
  };
}
