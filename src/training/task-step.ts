import type * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Tensors } from '../engine/session.ts';
import type { Probe } from '../foundation/probe.ts';
import type { ForwardContext, NetworkWeights } from '../models/model.ts';
import type { StepSums } from './epoch-sums.ts';

/** What a training step has to know of its task; all else is the same for every task. */
export interface TaskStep {
  readonly network: NetworkWeights;
  /** The tensors of a batch, by name. */
  readonly feeds: Readonly<Record<string, FeedSpec>>;
  /** The network's output for a batch, and the loss. */
  objective(fed: Tensors, context: ForwardContext, probe: Probe | undefined): Objective;
  /** What the sums of the epoch need of a step, `[n]`. */
  counts(output: tf.Tensor, fed: Tensors): tf.Tensor;
  /** How `counts` are added up, and what is told of the sums. */
  readonly sums: StepSums;
}

export interface Objective {
  readonly loss: tf.Scalar;
  /** The output that `counts` looks at. */
  readonly output: tf.Tensor;
}
