import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolution, upsampling } from '../blocks/convolution.ts';
import { chain, type ForwardContext, named, recomputed, type SegmentationModel } from '../model.ts';
import { parameterLists } from '../parameters.ts';
import { type NnUnetEncoderOptions, nnUnetEncoder, nnUnetLayers, nnUnetPlan } from './nnunet-encoder.ts';

export interface NnUnetOptions extends NnUnetEncoderOptions {
  readonly classes: number;
  readonly deepSupervision: boolean;
}

/**
 * nnU-Net's U-Nets (Isensee et al., Nature Methods 2021; residual encoder: "nnU-Net Revisited", 2024): convolution,
 * normalisation, leaky ReLU; strided convolutions down, transposed convolutions up, concatenated skips.
 */
export function nnUnet(options: NnUnetOptions): SegmentationModel {
  const { classes, levels } = options;
  const lists = parameterLists();
  const { featuresAt, strideInto, kernelAt } = nnUnetPlan(options);
  const { layer } = nnUnetLayers(lists, options.normalization);
  const encoder = nnUnetEncoder(lists, options);

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
    return (input: tf.Tensor5D, skip: tf.Tensor5D, context: ForwardContext) =>
      named(`decoder/${level}`, (below: tf.Tensor5D, outer) =>
        recomputed(`decoder/${level}`, [below, skip] as const, outer, ([lower, same], inner) =>
          blocks(tf.concat([up(lower, inner), same], 4), inner),
        ),
      )(input, context);
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
      let x = input;
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
