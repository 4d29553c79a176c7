import type * as tf from '@tensorflow/tfjs-core';

/** What changes from step to step and is computed outside of the graph. */
export interface StepNumbers {
  /** Optimizer steps done before this one. */
  readonly step: number;
  readonly learningRate: number;
}

/**
 * An optimizer on the flat vector of all weights: a few large operations instead of ten small ones for each of fifty
 * tensors, and its state is as easy to keep as the weights.
 */
export interface Optimizer {
  /** Names of the vectors of state, each as long as the weights, that start at 0. */
  readonly state: readonly string[];
  /** Numbers fed to each step. */
  feeds(numbers: StepNumbers): Record<string, number>;
  /** New weights and state. Formulas are PyTorch's. */
  update(
    weights: tf.Tensor1D,
    gradient: tf.Tensor1D,
    state: Readonly<Record<string, tf.Tensor1D>>,
    feeds: Readonly<Record<string, tf.Scalar>>,
  ): { weights: tf.Tensor1D; state: Record<string, tf.Tensor1D> };
}
