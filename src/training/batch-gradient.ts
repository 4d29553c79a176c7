import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engine/session.ts';
import type { Probe } from '../foundation/probe.ts';
import { keyedDropout } from '../models/blocks/dropout.ts';
import type { ForwardContext } from '../models/model.ts';
import { flatten, unflatten } from './flat-weights.ts';
import { recomputation } from './recomputation.ts';
import type { StepProfile } from './step-profile.ts';
import type { TaskStep } from './task-step.ts';
import { blockProbe } from './training-probe.ts';

/** What a batch says of the weights. */
export interface BatchGradient {
  /** Of the loss, times `lossScale` where it is fed. */
  readonly gradient: tf.Tensor1D;
  readonly loss: tf.Scalar;
  /** The running statistics after the batch; absent where the network has none. */
  readonly statistics?: tf.Tensor1D;
  /** What the task's sums of the epoch need. */
  readonly counts: tf.Tensor;
}

export interface BatchInputs {
  readonly weights: tf.Tensor;
  /** Running statistics; absent where the network has none. */
  readonly statistics?: tf.Tensor | undefined;
  /** Seed of what the network drops. */
  readonly seed: number;
  readonly frozen?: ForwardContext['frozen'];
  /** Batch normalisation goes by the batches of all devices together. */
  readonly synchronized?: boolean | undefined;
  /** Parts of the network are computed again for the gradient instead of being kept. */
  readonly recompute?: boolean | undefined;
}

/** What looks into a step while it is recorded or run op by op. */
export interface Looking {
  readonly probe?: Probe | undefined;
  readonly profile?: StepProfile | undefined;
}

/**
 * Forward, loss and backward for one batch.
 * @param fed the task's tensors; `step`, which what is dropped depends on; `lossScale` with float16
 */
export function batchGradient(
  task: TaskStep,
  fed: Tensors,
  inputs: BatchInputs,
  { probe, profile }: Looking,
): BatchGradient {
  const { network } = task;
  const { seed, frozen, synchronized } = inputs;
  // A debugger stops in each part once; op by op it has all of it before it anyway.
  const recompute = inputs.recompute && probe === profile;
  const statistics = unflatten(network.statistics, inputs.statistics);
  const updated = [...statistics];
  let output: tf.Tensor | undefined;
  // What outlives the gradient's own scope; nothing else would let go of it.
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tensor);
    return tf.keep(tensor);
  };
  const all = unflatten(network.parameters, inputs.weights);
  // Frozen weights are no arguments: nothing is computed back through what lies before the first that learns.
  const learning = network.parameters.filter(({ name }) => !frozen?.(name));
  const objective = (...given: tf.Tensor[]): tf.Scalar => {
    const weights = [...all];
    for (const [at, { index }] of learning.entries()) weights[index] = given[at]!;
    const context: ForwardContext = {
      training: true,
      weights,
      statistics,
      updateStatistic: (statistic, next) => {
        updated[statistic.index] = keep(next);
      },
      dropout: keyedDropout(seed, fed.step as tf.Scalar),
      synchronized,
      ...(frozen && { frozen }),
      ...(probe && { probe: blockProbe(probe, network.parameters, weights) }),
    };
    const complete = recompute
      ? { ...context, recompute: recomputation(network.parameters, context) }
      : context;
    const { loss, output: found } = task.objective(fed, complete, probe);
    output = keep(found);
    profile?.lossDone();
    return fed.lossScale ? (tf.mul(loss, fed.lossScale) as tf.Scalar) : loss;
  };
  const { value, grads } = tf.valueAndGrads(probe ? watched(objective, probe) : objective)(
    learning.map(({ index }) => all[index]!),
  );
  profile?.gradientsDone();
  const gradientAt = new Map(learning.map(({ index }, at) => [index, grads[at]!]));
  const result = {
    gradient: flatten(all.map((weight, index) => gradientAt.get(index) ?? tf.zerosLike(weight))),
    loss: fed.lossScale ? (tf.div(value, fed.lossScale) as tf.Scalar) : value,
    ...(network.statistics.length > 0 && { statistics: flatten(updated) }),
    counts: task.counts(output!, fed),
  };
  for (const tensor of kept) tensor.dispose();
  return result;
}

/** Says what failed while the tensors at fault still exist. */
const watched =
  (objective: (...weights: tf.Tensor[]) => tf.Scalar, probe: Probe) =>
  (...weights: tf.Tensor[]): tf.Scalar => {
    try {
      return objective(...weights);
    } catch (error) {
      probe.failed(error);
      throw error;
    }
  };
