import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { type ImageSizes, strided, within } from '../encoder.ts';
import { type Block, named } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';
import { convolutionLayer } from './convolution-layer.ts';
import type { NormalizationKind } from './normalization.ts';

export interface StemOptions {
  readonly features: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly pool: boolean;
  readonly normalization: NormalizationKind;
}

/** The beginning of ResNet and DenseNet: a convolution, and a maximum of 3 voxels along each axis at every second. */
export function stem(
  lists: ParameterLists,
  { channels, size }: ImageSizes,
  options: StemOptions,
): { block: Block; size: Zyx } {
  const stride = within(size, options.stride);
  const layer = convolutionLayer(lists, {
    name: 'encoder/stem',
    inputs: channels,
    outputs: options.features,
    kernel: within(size, options.kernelSize),
    stride,
    normalization: options.normalization,
  });
  const after = strided(size, stride);
  if (!options.pool) return { block: layer, size: after };
  const step = within(size, 2);
  const block = named('encoder/pool', (input: tf.Tensor5D, context) =>
    halved(layer(input, context), within(size, 3), step),
  );
  return { block, size: strided(after, step) };
}

/** PyTorch's maximum with a border on both sides; zeros do, as nothing is below 0 behind a ReLU. */
function halved(input: tf.Tensor5D, window: Zyx, stride: Zyx): tf.Tensor5D {
  const border = window.map(edge => [(edge - 1) / 2, (edge - 1) / 2] as [number, number]);
  return tf.maxPool3d(tf.pad(input, [[0, 0], ...border, [0, 0]]), [...window], [...stride], 'valid');
}
