import type { ScalarArchitecture } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { type Encoder, type ImageSizes, strided } from '../encoder.ts';
import { type Block, chain } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';
import { innereyeEncoder, innereyeStride } from './innereye-unet.ts';
import { nnUnetEncoder, nnUnetPlan } from './nnunet-encoder.ts';

/** The encoder of a segmentation network, under the names that it has there, so that its weights can be taken over. */
export function unetEncoder(
  lists: ParameterLists,
  { channels, size }: ImageSizes,
  { network }: ScalarArchitecture<'unet_encoder'>,
): Encoder {
  const { levels, features } = network;
  const encoder = (blocks: Block[], deepest: number, strideInto: (level: number) => Zyx): Encoder => ({
    forward: chain(blocks),
    features: deepest,
    size: Array.from({ length: levels - 1 }, (_, index) => strideInto(index + 1)).reduce<Zyx>(strided, size),
    featureMap: `encoder/${levels - 1}`,
  });
  if (network.name === 'unet3d' || network.name === 'unet2d') {
    const flat = network.name === 'unet2d';
    const blocks = innereyeEncoder(lists, {
      channels,
      features,
      levels,
      kernelSize: network.kernel_size,
      flat,
    });
    return encoder(blocks, features * 2 ** (levels - 1), () => innereyeStride(flat));
  }
  const options = {
    channels,
    features,
    levels,
    maxFeatures: network.max_features,
    normalization: network.normalization,
    strides: network.strides,
    encoder:
      network.name === 'plain_unet'
        ? ({ kind: 'plain', convolutions: network.convolutions } as const)
        : ({ kind: 'residual', blocks: network.blocks } as const),
  };
  const { featuresAt, strideInto } = nnUnetPlan(options);
  return encoder(nnUnetEncoder(lists, options), featuresAt(levels - 1), strideInto);
}
