import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolution, upsampling } from '../blocks/convolution.ts';
import { type NormalizationKind, normalization } from '../blocks/normalization.ts';
import { type Block, named, type SegmentationModel } from '../model.ts';
import { heNormal, ParameterList } from '../parameters.ts';

export interface NnUnetOptions {
  readonly channels: number;
  readonly classes: number;
  readonly features: number;
  readonly levels: number;
  readonly maxFeatures: number;
  readonly normalization: NormalizationKind;
  /** Downsampling into each further level; default 2 along every axis. */
  readonly strides?: readonly Zyx[] | undefined;
  readonly deepSupervision: boolean;
  /** `plain`: convolutions a level; `residual`: blocks of the encoder a level. */
  readonly encoder:
    | { readonly kind: 'plain'; readonly convolutions: number }
    | { readonly kind: 'residual'; readonly blocks?: readonly number[] | undefined };
}

const SLOPE = 0.01;
const RESIDUAL_BLOCKS = [1, 3, 4, 6, 6, 6, 6, 6];
/**
 * nnU-Net's U-Nets (Isensee et al., Nature Methods 2021; residual encoder: "nnU-Net Revisited", 2024): convolution,
 * normalisation, leaky ReLU; strided convolutions down, transposed convolutions up, concatenated skips.
 */
export function nnUnet(options: NnUnetOptions): SegmentationModel {
  const { channels, classes, levels } = options;
  const lists = { parameters: new ParameterList(), statistics: new ParameterList() };
  const featuresAt = (level: number) => Math.min(options.features * 2 ** level, options.maxFeatures);
  const strideInto = (level: number): Zyx =>
    level === 0 ? [1, 1, 1] : (options.strides?.[level - 1] ?? [2, 2, 2]);
  // Thick slices are convolved within the slice as long as their axis has not been halved.
  const kernelAt = (level: number): Zyx => {
    const halved = (axis: number) =>
      Array.from(
        { length: Math.min(level + 1, levels - 1) },
        (_, index) => strideInto(index + 1)[axis]!,
      ).some(step => step > 1);
    return levels === 1 ? [3, 3, 3] : [halved(0) ? 3 : 1, halved(1) ? 3 : 1, halved(2) ? 3 : 1];
  };

  const conv = (name: string, inputs: number, outputs: number, kernel: Zyx, stride: Zyx = [1, 1, 1]) => {
    const shape = [...kernel, inputs, outputs];
    return convolution(lists.parameters, {
      name,
      inputs,
      outputs,
      kernel,
      stride,
      initial: heNormal(shape, SLOPE),
    });
  };
  const norm = (name: string, features: number) =>
    normalization(lists, { name, features, kind: options.normalization });
  const activate = (input: tf.Tensor5D) => tf.leakyRelu(input, SLOPE);
  const layer = (name: string, inputs: number, outputs: number, kernel: Zyx, stride?: Zyx): Block => {
    const convolve = conv(name, inputs, outputs, kernel, stride);
    const normalize = norm(`${name}/norm`, outputs);
    return named(name, (input, context) => activate(normalize(convolve(input, context), context)));
  };
  const chain = (blocks: readonly Block[]): Block => {
    return (input, context) => blocks.reduce((x, block) => block(x, context), input);
  };

  /** nnU-Net's BasicBlockD: the skip is pooled where the block strides and projected where features change. */
  const residualBlock = (name: string, inputs: number, outputs: number, kernel: Zyx, stride: Zyx): Block => {
    const first = layer(`${name}/0`, inputs, outputs, kernel, stride);
    const second = conv(`${name}/1`, outputs, outputs, kernel);
    const secondNorm = norm(`${name}/1/norm`, outputs);
    const strided = stride.some(step => step > 1);
    const project = inputs === outputs ? undefined : conv(`${name}/skip`, inputs, outputs, [1, 1, 1]);
    const projectNorm = project && norm(`${name}/skip/norm`, outputs);
    return named(name, (input, context) => {
      let skip = strided ? tf.avgPool3d(input, [...stride], [...stride], 'valid') : input;
      if (project) skip = projectNorm!(project(skip, context), context);
      return activate(tf.add(secondNorm(second(first(input, context), context), context), skip));
    });
  };

  const plainLevel = (level: number, convolutions: number) =>
    Array.from({ length: convolutions }, (_, index) => {
      const inputs = index > 0 ? featuresAt(level) : level === 0 ? channels : featuresAt(level - 1);
      return layer(
        `encoder/${level}/${index}`,
        inputs,
        featuresAt(level),
        kernelAt(level),
        index === 0 ? strideInto(level) : undefined,
      );
    });
  const residualLevel = (level: number, blocks: number) =>
    Array.from({ length: blocks }, (_, index) => {
      const inputs = index > 0 || level === 0 ? featuresAt(level) : featuresAt(level - 1);
      const stride: Zyx = index === 0 ? strideInto(level) : [1, 1, 1];
      return residualBlock(`encoder/${level}/${index}`, inputs, featuresAt(level), kernelAt(level), stride);
    });

  const stem =
    options.encoder.kind === 'residual' ? layer('stem', channels, featuresAt(0), kernelAt(0)) : undefined;
  const encoder = Array.from({ length: levels }, (_, level) => {
    const { encoder: kind } = options;
    const blocks =
      kind.kind === 'plain'
        ? plainLevel(level, kind.convolutions)
        : residualLevel(level, kind.blocks?.[level] ?? RESIDUAL_BLOCKS[level]!);
    return named(`encoder/${level}`, chain(blocks));
  });

  const decoderConvolutions = options.encoder.kind === 'plain' ? options.encoder.convolutions : 1;
  const decoder = Array.from({ length: levels - 1 }, (_, index) => {
    const level = levels - 2 - index;
    const features = featuresAt(level);
    const stride = strideInto(level + 1);
    const up = named(
      `decoder/${level}/up`,
      upsampling(lists.parameters, {
        name: `decoder/${level}/up`,
        inputs: featuresAt(level + 1),
        outputs: features,
        kernel: stride,
        stride,
      }),
    );
    const blocks = chain(
      Array.from({ length: decoderConvolutions }, (_, i) =>
        layer(`decoder/${level}/${i}`, i === 0 ? 2 * features : features, features, kernelAt(level)),
      ),
    );
    return (input: tf.Tensor5D, skip: tf.Tensor5D, context: Parameters<Block>[1]) =>
      named(`decoder/${level}`, (below, inner) => blocks(tf.concat([up(below, inner), skip], 4), inner))(
        input,
        context,
      );
  });
  const headAt = (level: number) => {
    const name = level === 0 ? 'head' : `head/${level}`;
    const inputs = featuresAt(level);
    return named(
      name,
      convolution(lists.parameters, { name, inputs, outputs: classes, kernel: [1, 1, 1], bias: true }),
    );
  };
  // Lower heads for every level but the lowest two, as nnU-Net weighs the very lowest with 0.
  const supervised = options.deepSupervision ? Math.max(1, levels - 2) : 1;
  const heads = Array.from({ length: supervised }, (_, level) => headAt(level));

  const multiple = [0, 1, 2].map(axis =>
    Array.from({ length: levels }, (_, level) => strideInto(level)[axis]!).reduce(
      (product, step) => product * step,
      1,
    ),
  ) as unknown as Zyx;
  return {
    parameters: lists.parameters.parameters,
    statistics: lists.statistics.parameters,
    shrinkage: [0, 0, 0],
    multiple,
    forward(input, context) {
      const skips: tf.Tensor5D[] = [];
      let x = stem ? stem(input, context) : input;
      for (const block of encoder) {
        x = block(x, context);
        skips.push(x);
      }
      const outputs = new Map<number, tf.Tensor5D>();
      decoder.forEach((block, index) => {
        const level = levels - 2 - index;
        x = block(x, skips[level]!, context);
        if (level < supervised && (level === 0 || context.training))
          outputs.set(level, heads[level]!(x, context));
      });
      if (levels === 1) outputs.set(0, heads[0]!(x, context));
      return [...outputs.entries()].sort(([a], [b]) => a - b).map(([, output]) => output);
    },
  };
}
