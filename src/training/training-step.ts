import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Precision, RecordedFunction, Session, Tensors } from '../engine/session.ts';
import type { Probe } from '../foundation/probe.ts';
import { keyedDropout } from '../models/blocks/dropout.ts';
import { frozenIn, trainedMask } from '../models/frozen.ts';
import type { ForwardContext, NetworkWeights } from '../models/model.ts';
import { initialValues } from '../models/parameters.ts';
import { flatten, unflatten } from './flat-weights.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from './learned.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { StepProfile } from './step-profile.ts';
import type { TaskStep } from './task-step.ts';
import { blockProbe, byParameter } from './training-probe.ts';

const OPTIMIZER = 'optimizer/';

export interface StepSettings {
  readonly clipNorm?: number | undefined;
  readonly averageDecay: number;
  readonly precision: Precision;
  /** Seed of what the network drops. */
  readonly seed: number;
  /** Parts of the network that training leaves as they are, by the beginnings of their names. */
  readonly frozen?: readonly string[] | undefined;
}

/** Declares a model's variables with their first values. */
export function declareVariables(
  session: Session,
  model: NetworkWeights,
  optimizer: Optimizer,
  options: { seed: number; averaged: boolean },
): void {
  const weights = initialValues(model.parameters, options.seed);
  session.variable(WEIGHTS, [weights.length], weights);
  if (options.averaged) session.variable(AVERAGE, [weights.length], weights);
  if (model.statistics.length > 0) {
    const statistics = initialValues(model.statistics, options.seed);
    session.variable(STATISTICS, [statistics.length], statistics);
    if (options.averaged) session.variable(AVERAGE_STATISTICS, [statistics.length], statistics);
  }
  for (const name of optimizer.state) {
    session.variable(OPTIMIZER + name, [weights.length], new Float32Array(weights.length));
  }
}

/** What one step gives back. */
export interface StepOutputs extends Record<string, Float32Array> {
  /** `[1]` */
  loss: Float32Array<ArrayBuffer>;
  /** Norm of the whole gradient before clipping, `[1]`. */
  norm: Float32Array<ArrayBuffer>;
  /** What the task's sums of the epoch need, `[n]`. */
  counts: Float32Array<ArrayBuffer>;
}

/**
 * Records one optimizer step: forward, loss, backward, clipping, update, running averages, all in one graph.
 * Feeds: the task's tensors and the optimizer's numbers.
 * @param probe looks into each step; only for sessions that run it op by op.
 * @param profile is told what is recorded for which node.
 */
export function recordTrainingStep(
  session: Session,
  task: TaskStep,
  optimizer: Optimizer,
  settings: StepSettings,
  looking: { readonly probe?: Probe | undefined; readonly profile?: StepProfile | undefined } = {},
): Promise<RecordedFunction> {
  const { profile, probe = profile } = looking;
  const { network } = task;
  const numbers = Object.keys(optimizer.feeds({ step: 0, learningRate: 1 }));
  const scalar: FeedSpec = { shape: [], dtype: 'float32' };
  const feeds: Record<string, FeedSpec> = {
    ...task.feeds,
    ...Object.fromEntries(numbers.map(name => [name, scalar])),
  };
  feeds.step = { shape: [], dtype: 'int32' };
  if (settings.averageDecay > 0) feeds.averageDecay = scalar;
  if (settings.precision === 'float16') feeds.lossScale = scalar;

  const parts = settings.frozen ?? [];
  const frozen = parts.length > 0 ? frozenIn(network, parts) : undefined;

  return session.record('training-step', feeds, (fed, variables) => {
    const statistics = unflatten(network.statistics, variables[STATISTICS]);
    const updated = [...statistics];
    let output: tf.Tensor | undefined;
    // What outlives the gradient's own scope; nothing else would let go of it.
    const kept: tf.Tensor[] = [];
    const keep = <T extends tf.Tensor>(tensor: T): T => {
      kept.push(tensor);
      return tf.keep(tensor);
    };
    const objective = (...weights: tf.Tensor[]): tf.Scalar => {
      const context: ForwardContext = {
        training: true,
        weights,
        statistics,
        updateStatistic: (statistic, next) => {
          updated[statistic.index] = keep(next);
        },
        dropout: keyedDropout(settings.seed, fed.step as tf.Scalar),
        ...(frozen && { frozen }),
        ...(probe && { probe: blockProbe(probe, network.parameters, weights) }),
      };
      const { loss, output: found } = task.objective(fed, context, probe);
      output = keep(found);
      profile?.lossDone();
      return fed.lossScale ? (tf.mul(loss, fed.lossScale) as tf.Scalar) : loss;
    };
    const { value, grads } = tf.valueAndGrads(probe ? watched(objective, probe) : objective)(
      unflatten(network.parameters, variables[WEIGHTS]),
    );

    profile?.gradientsDone();
    const scaled = flatten(grads);
    const gradient = fed.lossScale ? tf.div(scaled, fed.lossScale) : scaled;
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const clipped =
      settings.clipNorm === undefined
        ? gradient
        : tf.mul(gradient, tf.minimum(1, tf.div(settings.clipNorm, tf.add(norm, 1e-6))));
    const weights = variables[WEIGHTS] as tf.Tensor1D;
    const state = Object.fromEntries(
      optimizer.state.map(name => [name, variables[OPTIMIZER + name] as tf.Tensor1D]),
    );
    const next = optimizer.update(weights, clipped as tf.Tensor1D, state, fed as Record<string, tf.Scalar>);
    probe?.at({
      setting: 'optimizer',
      values: () => ({
        gradient_norm: norm,
        gradients: byParameter(network.parameters, grads),
        before: byParameter(network.parameters, unflatten(network.parameters, weights)),
        after: byParameter(network.parameters, unflatten(network.parameters, next.weights)),
        state: { kind: 'group', values: next.state },
      }),
    });

    const changed = frozen ? onlyWhere(trainedMask(network, frozen), next.weights, weights) : next.weights;
    // With float16 a step whose gradient overflowed changes nothing.
    const finite = fed.lossScale && tf.isFinite(norm);
    const unless = (made: tf.Tensor, old: tf.Tensor) =>
      finite ? tf.where(tf.broadcastTo(finite, old.shape), made, old) : made;
    const assign: Tensors = { [WEIGHTS]: unless(changed, weights) };
    for (const name of optimizer.state) assign[OPTIMIZER + name] = unless(next.state[name]!, state[name]!);
    if (network.statistics.length > 0) assign[STATISTICS] = unless(flatten(updated), variables[STATISTICS]!);
    const { averageDecay } = fed;
    if (averageDecay) {
      const averaged = (average: tf.Tensor, now: tf.Tensor) =>
        tf.add(average, tf.mul(tf.sub(now, average), tf.sub(1, averageDecay)));
      assign[AVERAGE] = averaged(variables[AVERAGE]!, assign[WEIGHTS]!);
      const now = assign[STATISTICS];
      if (now) assign[AVERAGE_STATISTICS] = averaged(variables[AVERAGE_STATISTICS]!, now);
    }

    const total = fed.lossScale ? tf.div(value, fed.lossScale) : value;
    const counts = task.counts(output!, fed);
    for (const tensor of kept) tensor.dispose();
    profile?.recorded();
    return { outputs: { loss: total, norm, counts }, assign };
  });
}

/** The changed values where the mask is 1, the old ones where it is 0. */
const onlyWhere = (mask: Float32Array, changed: tf.Tensor1D, old: tf.Tensor1D): tf.Tensor1D =>
  tf.add(old, tf.mul(tf.tensor1d(mask), tf.sub(changed, old)));

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
