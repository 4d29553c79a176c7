import type * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../volume/volume.ts';
import type { Parameter } from './parameters.ts';

/** What a forward pass is given beside its input. */
export interface ForwardContext {
  /** Batch normalisation uses and updates the batch's statistics; deep supervision gives several outputs. */
  readonly training: boolean;
  /** The model's parameters, in their order. */
  readonly weights: readonly tf.Tensor[];
  /** Running statistics, in their order. */
  readonly statistics: readonly tf.Tensor[];
  /** Takes the new value of a running statistic while training. */
  updateStatistic(statistic: Parameter, value: tf.Tensor): void;
  /**
   * Called after each named block and each layer within it (`encoder/0`, `encoder/0/1`); where a debugger stops. Gives
   * the output to go on with, which has the same values.
   */
  probe?: (<T extends tf.Tensor>(block: string, input: tf.Tensor, output: T) => T) | undefined;
  /**
   * Sets a share `rate` of the values to 0 and divides the others by 1 − rate: `keyedDropout`. Which values depends on
   * the seed, the step and the name. Must be there while training where a network drops anything.
   */
  dropout?: (<T extends tf.Tensor>(name: string, tensor: T, rate: number) => T) | undefined;
  /** Batch normalisation goes by the batches of all replicas together. */
  readonly synchronized?: boolean | undefined;
  /**
   * Computes a part of the network, all of whose parameters begin with its name, so that what lies in it need not be kept
   * for the gradient (`recomputed`).
   */
  recompute?:
    | (<Inputs extends readonly tf.Tensor[]>(
        part: string,
        inputs: Inputs,
        compute: (inputs: Inputs, context: ForwardContext) => tf.Tensor5D,
      ) => tf.Tensor5D)
    | undefined;
  /**
   * 1 for each image or row of the batch that is there, 0 for those that fill up a sequence and must count in no
   * statistics, `[row]`; absent where all are there.
   */
  present?: tf.Tensor1D | undefined;
  /** True for a parameter that training leaves as it is; batch normalisation then goes by its running statistics. */
  frozen?: ((parameter: string) => boolean) | undefined;
}

/** What a network learns and keeps, in the order of the flat vectors that hold it. */
export interface NetworkWeights {
  /** Trained parameters. */
  readonly parameters: readonly Parameter[];
  /** Running means and variances of batch normalisation, not trained. */
  readonly statistics: readonly Parameter[];
}

/** A network: its parameters, and a plain function of input and weights. Knows no files and keeps no state. */
export interface Network<Input, Output> extends NetworkWeights {
  forward(input: Input, context: ForwardContext): Output;
}

/**
 * A network of segmentation: `[batch, z, y, x, channel]` to logits `[batch, z, y, x, class]`. The first output has full
 * resolution; with deep supervision, lower ones follow while training.
 */
export interface SegmentationModel extends Network<tf.Tensor5D, tf.Tensor5D[]> {
  /** Voxels that the output is smaller than the input along each axis; 0 for padded networks. */
  readonly shrinkage: Zyx;
  /** Input sizes must be multiples of these. */
  readonly multiple: Zyx;
}

/**
 * What a network of classification or regression is given; at least one of both is there. A task on visits has a further
 * axis, `position`, behind `batch` in each.
 */
export interface ScalarInput {
  /** `[batch, z, y, x, channel]`, or `[batch, position, z, y, x, channel]` */
  readonly images?: tf.Tensor;
  /** `[batch, feature]`, or `[batch, position, feature]` */
  readonly features?: tf.Tensor;
  /** 1 where a visit took place, `[batch, position]`; only where there are visits. */
  readonly present?: tf.Tensor2D;
}

/**
 * A network of classification or regression: one logit or value a target, `[batch, target]` or
 * `[batch, position, target]`.
 */
export interface ScalarModel extends Network<ScalarInput, tf.Tensor> {
  /** What of `ScalarInput` it must be given. */
  readonly uses: { readonly images: boolean; readonly features: boolean };
  /**
   * The block whose output, `[image, z, y, x, feature]`, is the last feature map, for Grad-CAM (Selvaraju et al. 2017).
   * Images are counted by subject, then visit, then, where each channel is encoded by itself, channel. Absent where
   * the network sees no images.
   */
  readonly featureMap?: string;
}

/** A part of a network: a function of its input, made once with the parameters it owns. */
export type Block = (input: tf.Tensor5D, context: ForwardContext) => tf.Tensor5D;

/** A part of a network that works on vectors, `[subject or visit, value]`. */
export type Layer = (input: tf.Tensor2D, context: ForwardContext) => tf.Tensor2D;

/** A block that a debugger can stop after, under a name. */
export const named =
  <Input extends tf.Tensor, Output extends tf.Tensor>(
    name: string,
    block: (input: Input, context: ForwardContext) => Output,
  ) =>
  (input: Input, context: ForwardContext): Output => {
    const output = block(input, context);
    return context.probe ? context.probe(name, input, output) : output;
  };

/**
 * A part of a network whose insides are large against its inputs and its result: where memory is short they are computed
 * again for the gradient.
 */
export function recomputed<Inputs extends readonly tf.Tensor[]>(
  part: string,
  inputs: Inputs,
  context: ForwardContext,
  compute: (inputs: Inputs, context: ForwardContext) => tf.Tensor5D,
): tf.Tensor5D {
  return context.recompute ? context.recompute(part, inputs, compute) : compute(inputs, context);
}

/** The same of a block, which a debugger can stop after. */
export const recomputedBlock = (name: string, block: Block): Block =>
  named(name, (input: tf.Tensor5D, context) =>
    recomputed(name, [input] as const, context, ([own], inner) => block(own, inner)),
  );

/** The tensor with a share of its values dropped, while training. */
export function dropped<T extends tf.Tensor>(
  { training, dropout }: ForwardContext,
  name: string,
  tensor: T,
  rate: number,
): T {
  if (!training || rate === 0) return tensor;
  if (!dropout) throw new Error(`${name} drops values, and the training step says not how`);
  return dropout(name, tensor, rate);
}

/** One block after the other. */
export const chain =
  (blocks: readonly Block[]): Block =>
  (input, context) =>
    blocks.reduce((x, block) => block(x, context), input);
