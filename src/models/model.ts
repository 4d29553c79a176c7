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
  probe?: ((block: string, input: tf.Tensor5D, output: tf.Tensor5D) => tf.Tensor5D) | undefined;
}

/** A network: its parameters, and a plain function of input and weights. Knows no files and keeps no state. */
export interface Model {
  /** Trained parameters, in the order of the flat vector. */
  readonly parameters: readonly Parameter[];
  /** Running means and variances of batch normalisation, not trained. */
  readonly statistics: readonly Parameter[];
  /** Voxels that the output is smaller than the input along each axis; 0 for padded networks. */
  readonly shrinkage: Zyx;
  /** Input sizes must be multiples of these. */
  readonly multiple: Zyx;
  /**
   * `[batch, z, y, x, channel]` to logits `[batch, z, y, x, class]`. The first output has full resolution; with deep
   * supervision, lower ones follow while training.
   */
  forward(input: tf.Tensor5D, context: ForwardContext): tf.Tensor5D[];
}

/** A part of a network: a function of its input, made once with the parameters it owns. */
export type Block = (input: tf.Tensor5D, context: ForwardContext) => tf.Tensor5D;

/** A block that a debugger can stop after, under a name. */
export const named =
  (name: string, block: Block): Block =>
  (input, context) => {
    const output = block(input, context);
    return context.probe ? context.probe(name, input, output) : output;
  };
