import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolution, upsampling } from '../blocks/convolution.ts';
import { normalization } from '../blocks/normalization.ts';
import {
  type Block,
  type ForwardContext,
  named,
  recomputed,
  recomputedBlock,
  type SegmentationModel,
} from '../model.ts';
import { type Initial, type ParameterLists, parameterLists } from '../parameters.ts';

export interface InnerEyeEncoderOptions {
  readonly channels: number;
  readonly features: number;
  readonly levels: number;
  readonly kernelSize: number;
  /** UNet2D: everything within slices, the second convolution of the lower levels dilated. */
  readonly flat: boolean;
}

export interface InnerEyeUnetOptions extends InnerEyeEncoderOptions {
  readonly classes: number;
}

/** InnerEye draws the scales of batch normalisation around 1. */
const SCALE: Initial = { kind: 'normal', mean: 1, deviation: 0.01 };

/** PyTorch's default for transposed convolutions: uniform in ±1 / sqrt(outputs · kernel volume). */
const upsamplingInitial = (outputs: number, kernel: Zyx): Initial => ({
  kind: 'uniform',
  bound: 1 / Math.sqrt(outputs * kernel[0] * kernel[1] * kernel[2]),
});

/** Downsampling into each further level. */
export const innereyeStride = (flat: boolean): Zyx => (flat ? [1, 2, 2] : [2, 2, 2]);

/** The layers that the network is made of. */
function innereyeLayers(lists: ParameterLists, { kernelSize, flat }: InnerEyeEncoderOptions) {
  const kernel: Zyx = flat ? [1, kernelSize, kernelSize] : [kernelSize, kernelSize, kernelSize];
  const conv = (
    name: string,
    inputs: number,
    outputs: number,
    extra: { stride?: Zyx; dilation?: Zyx } = {},
  ) => convolution(lists.parameters, { name, inputs, outputs, kernel, padding: 'centred', ...extra });
  const norm = (name: string, count: number) =>
    normalization(lists, { name, features: count, kind: 'batch', scaleInitial: SCALE });
  const layer = (
    name: string,
    inputs: number,
    outputs: number,
    extra: { stride?: Zyx; dilation?: Zyx } = {},
  ): Block => {
    const convolve = conv(name, inputs, outputs, extra);
    const normalize = norm(`${name}/norm`, outputs);
    return named(name, (input: tf.Tensor5D, context) =>
      tf.relu(normalize(convolve(input, context), context)),
    );
  };
  return { conv, norm, layer };
}

/** The encoder of UNet3D and UNet2D: one block a level, full resolution first. */
export function innereyeEncoder(lists: ParameterLists, options: InnerEyeEncoderOptions): Block[] {
  const { channels, features, levels, flat } = options;
  const stride = innereyeStride(flat);
  const { layer } = innereyeLayers(lists, options);
  return Array.from({ length: levels }, (_, level): Block => {
    const outputs = features * 2 ** level;
    const inputs = level === 0 ? channels : outputs / 2;
    const down = level > 0;
    const first = layer(`encoder/${level}/first`, inputs, outputs, down ? { stride } : {});
    const second = layer(
      `encoder/${level}/second`,
      outputs,
      outputs,
      down && flat ? { dilation: [1, 2, 2] } : {},
    );
    return recomputedBlock(`encoder/${level}`, (input, context) => {
      const x = first(input, context);
      return tf.add(second(x, context), x);
    });
  });
}

/**
 * UNet3D and UNet2D of InnerEye-DeepLearning (`InnerEye/ML/models/architectures/unet_3d.py`, `unet_2d.py`): encoder
 * blocks of two convolutions with a residual around the second, transposed convolutions of kernel 4, and instead of
 * concatenation the sum of a convolution of each branch.
 */
export function innereyeUnet(options: InnerEyeUnetOptions): SegmentationModel {
  const { classes, features, levels, flat } = options;
  const lists = parameterLists();
  const stride = innereyeStride(flat);
  const upKernel: Zyx = flat ? [1, 4, 4] : [4, 4, 4];
  const { conv, norm, layer } = innereyeLayers(lists, options);
  const encoder = innereyeEncoder(lists, options);

  const decoder = Array.from({ length: levels - 1 }, (_, index) => {
    const level = levels - 2 - index;
    const outputs = features * 2 ** level;
    const up = upsampling(lists.parameters, {
      name: `decoder/${level}/up`,
      inputs: outputs * 2,
      outputs,
      kernel: upKernel,
      stride,
      bias: true,
      initial: upsamplingInitial(outputs, upKernel),
      biasInitial: upsamplingInitial(outputs, upKernel),
    });
    const upNorm = norm(`decoder/${level}/up/norm`, outputs);
    const fromBelow = conv(`decoder/${level}/below`, outputs, outputs);
    const fromSkip = conv(`decoder/${level}/skip`, outputs, outputs);
    const sumNorm = norm(`decoder/${level}/norm`, outputs);
    const last = layer(`decoder/${level}/last`, outputs, outputs);
    return (input: tf.Tensor5D, skip: tf.Tensor5D, context: ForwardContext): tf.Tensor5D =>
      named(`decoder/${level}`, (deeper: tf.Tensor5D, outer) =>
        recomputed(`decoder/${level}`, [deeper, skip] as const, outer, ([lower, same], inner) => {
          const below = tf.relu(upNorm(up(lower, inner), inner));
          const sum = tf.add(fromBelow(below, inner), fromSkip(same, inner)) as tf.Tensor5D;
          const x = tf.relu(sumNorm(sum, inner));
          return tf.add(last(x, inner), x);
        }),
      )(input, context);
  });

  const bound = 1 / Math.sqrt(features);
  const head = named(
    'head',
    convolution(lists.parameters, {
      name: 'head',
      inputs: features,
      outputs: classes,
      kernel: [1, 1, 1],
      bias: true,
      initial: { kind: 'uniform', bound },
      biasInitial: { kind: 'uniform', bound },
    }),
  );

  const scale = 2 ** (levels - 1);
  return {
    parameters: lists.parameters.parameters,
    statistics: lists.statistics.parameters,
    shrinkage: [0, 0, 0],
    multiple: flat ? [1, scale, scale] : [scale, scale, scale],
    forward(input, context) {
      const skips: tf.Tensor5D[] = [];
      let x = input;
      for (const block of encoder) {
        x = block(x, context);
        skips.push(x);
      }
      decoder.forEach((block, index) => {
        const level = levels - 2 - index;
        x = block(x, skips[level]!, context);
      });
      return [head(x, context)];
    },
  };
}
