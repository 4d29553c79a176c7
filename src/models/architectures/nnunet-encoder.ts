import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolution } from '../blocks/convolution.ts';
import { type NormalizationKind, normalization } from '../blocks/normalization.ts';
import { type Block, chain, named, recomputedBlock } from '../model.ts';
import { heNormal, type ParameterLists } from '../parameters.ts';

export interface NnUnetEncoderOptions {
  readonly channels: number;
  readonly features: number;
  readonly levels: number;
  readonly maxFeatures: number;
  readonly normalization: NormalizationKind;
  /** Downsampling into each further level; default 2 along every axis. */
  readonly strides?: readonly Zyx[] | undefined;
  /** `plain`: convolutions a level; `residual`: blocks of the encoder a level. */
  readonly encoder:
    | { readonly kind: 'plain'; readonly convolutions: number }
    | { readonly kind: 'residual'; readonly blocks?: readonly number[] | undefined };
}

const SLOPE = 0.01;
const RESIDUAL_BLOCKS = [1, 3, 4, 6, 6, 6, 6, 6];

/** Features, downsampling and kernels of the levels. */
export function nnUnetPlan({ features, maxFeatures, levels, strides }: NnUnetEncoderOptions) {
  const strideInto = (level: number): Zyx => (level === 0 ? [1, 1, 1] : (strides?.[level - 1] ?? [2, 2, 2]));
  return {
    featuresAt: (level: number) => Math.min(features * 2 ** level, maxFeatures),
    strideInto,
    /** Thick slices are convolved within the slice as long as their axis has not been halved. */
    kernelAt: (level: number): Zyx => {
      const halved = (axis: number) =>
        Array.from(
          { length: Math.min(level + 1, levels - 1) },
          (_, index) => strideInto(index + 1)[axis]!,
        ).some(step => step > 1);
      return levels === 1 ? [3, 3, 3] : [halved(0) ? 3 : 1, halved(1) ? 3 : 1, halved(2) ? 3 : 1];
    },
  };
}

/** The layers that the network is made of. */
export function nnUnetLayers(lists: ParameterLists, kind: NormalizationKind) {
  const conv = (name: string, inputs: number, outputs: number, kernel: Zyx, stride: Zyx = [1, 1, 1]) => {
    const initial = heNormal([...kernel, inputs, outputs], SLOPE);
    return convolution(lists.parameters, { name, inputs, outputs, kernel, stride, initial });
  };
  const norm = (name: string, features: number) => normalization(lists, { name, features, kind });
  const activate = (input: tf.Tensor5D) => tf.leakyRelu(input, SLOPE);
  const layer = (name: string, inputs: number, outputs: number, kernel: Zyx, stride?: Zyx): Block => {
    const convolve = conv(name, inputs, outputs, kernel, stride);
    const normalize = norm(`${name}/norm`, outputs);
    return named(name, (input: tf.Tensor5D, context) =>
      activate(normalize(convolve(input, context), context)),
    );
  };
  return { conv, norm, activate, layer };
}

/** The encoder of nnU-Net's U-Nets: one block a level, full resolution first. */
export function nnUnetEncoder(lists: ParameterLists, options: NnUnetEncoderOptions): Block[] {
  const { channels, encoder } = options;
  const { featuresAt, strideInto, kernelAt } = nnUnetPlan(options);
  const { conv, norm, activate, layer } = nnUnetLayers(lists, options.normalization);

  /** nnU-Net's BasicBlockD: the skip is pooled where the block strides and projected where features change. */
  const residualBlock = (name: string, inputs: number, outputs: number, kernel: Zyx, stride: Zyx): Block => {
    const first = layer(`${name}/0`, inputs, outputs, kernel, stride);
    const second = conv(`${name}/1`, outputs, outputs, kernel);
    const secondNorm = norm(`${name}/1/norm`, outputs);
    const strided = stride.some(step => step > 1);
    const project = inputs === outputs ? undefined : conv(`${name}/skip`, inputs, outputs, [1, 1, 1]);
    const projectNorm = project && norm(`${name}/skip/norm`, outputs);
    return recomputedBlock(name, (input, context) => {
      let skip = strided ? tf.avgPool3d(input, [...stride], [...stride], 'same') : input;
      if (project) skip = projectNorm!(project(skip, context), context);
      return activate(tf.add(secondNorm(second(first(input, context), context), context), skip));
    });
  };

  const plainLevel = (level: number, convolutions: number) =>
    Array.from({ length: convolutions }, (_, index) => {
      const inputs = index > 0 ? featuresAt(level) : level === 0 ? channels : featuresAt(level - 1);
      const stride = index === 0 ? strideInto(level) : undefined;
      return layer(`encoder/${level}/${index}`, inputs, featuresAt(level), kernelAt(level), stride);
    });
  const residualLevel = (level: number, blocks: number) =>
    Array.from({ length: blocks }, (_, index) => {
      const inputs = index > 0 || level === 0 ? featuresAt(level) : featuresAt(level - 1);
      const stride: Zyx = index === 0 ? strideInto(level) : [1, 1, 1];
      return residualBlock(`encoder/${level}/${index}`, inputs, featuresAt(level), kernelAt(level), stride);
    });

  const stem = encoder.kind === 'residual' ? [layer('stem', channels, featuresAt(0), kernelAt(0))] : [];
  const levels = Array.from({ length: options.levels }, (_, level) => {
    const name = `encoder/${level}`;
    return encoder.kind === 'plain'
      ? recomputedBlock(name, chain(plainLevel(level, encoder.convolutions)))
      : named(name, chain(residualLevel(level, encoder.blocks?.[level] ?? RESIDUAL_BLOCKS[level]!)));
  });
  return [chain([...stem, levels[0]!]), ...levels.slice(1)];
}
