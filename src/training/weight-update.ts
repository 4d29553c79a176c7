import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Tensors } from '../engine/session.ts';
import type { Probe } from '../foundation/probe.ts';
import { frozenIn, trainedMask } from '../models/frozen.ts';
import type { NetworkWeights } from '../models/model.ts';
import type { BatchGradient } from './batch-gradient.ts';
import { unflatten } from './flat-weights.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from './learned.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { byParameter } from './training-probe.ts';
import type { StepSettings } from './training-step.ts';

/** Variables of an optimizer's state begin with this. */
export const OPTIMIZER = 'optimizer/';

const SCALAR: FeedSpec = { shape: [], dtype: 'float32' };

/** The numbers that an update is fed. */
export function updateFeeds(
  optimizer: Optimizer,
  { averageDecay, precision }: Pick<StepSettings, 'averageDecay' | 'precision'>,
): Record<string, FeedSpec> {
  const numbers = Object.keys(optimizer.feeds({ step: 0, learningRate: 1 }));
  const feeds = Object.fromEntries(numbers.map(name => [name, SCALAR]));
  if (averageDecay > 0) feeds.averageDecay = SCALAR;
  if (precision === 'float16') feeds.lossScale = SCALAR;
  return feeds;
}

/**
 * New weights from a gradient: clipping, the optimizer, running averages.
 * @param found statistics as they shall be after the step
 * @returns what to assign, and the norm of the whole gradient before clipping
 */
export function weightUpdate(
  network: NetworkWeights,
  optimizer: Optimizer,
  found: Pick<BatchGradient, 'gradient' | 'statistics'>,
  {
    fed,
    variables,
    settings,
    probe,
  }: { fed: Tensors; variables: Tensors; settings: StepSettings; probe?: Probe | undefined },
): { readonly assign: Tensors; readonly norm: tf.Tensor } {
  const gradient = fed.lossScale ? tf.div(found.gradient, fed.lossScale) : found.gradient;
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
  const named = (flat: tf.Tensor) => byParameter(network.parameters, unflatten(network.parameters, flat));
  probe?.at({
    setting: 'optimizer',
    values: () => ({
      gradient_norm: norm,
      gradients: named(gradient),
      before: named(weights),
      after: named(next.weights),
      state: { kind: 'group', values: next.state },
    }),
  });

  const parts = settings.frozen ?? [];
  const changed =
    parts.length > 0
      ? onlyWhere(trainedMask(network, frozenIn(network, parts)), next.weights, weights)
      : next.weights;
  // With float16 a step whose gradient overflowed changes nothing.
  const finite = fed.lossScale && tf.isFinite(norm);
  const unless = (made: tf.Tensor, old: tf.Tensor) =>
    finite ? tf.where(tf.broadcastTo(finite, old.shape), made, old) : made;
  const assign: Tensors = { [WEIGHTS]: unless(changed, weights) };
  for (const name of optimizer.state) assign[OPTIMIZER + name] = unless(next.state[name]!, state[name]!);
  if (found.statistics) assign[STATISTICS] = unless(found.statistics, variables[STATISTICS]!);
  const { averageDecay } = fed;
  if (averageDecay) {
    const averaged = (average: tf.Tensor, now: tf.Tensor) =>
      tf.add(average, tf.mul(tf.sub(now, average), tf.sub(1, averageDecay)));
    assign[AVERAGE] = averaged(variables[AVERAGE]!, assign[WEIGHTS]!);
    const now = assign[STATISTICS];
    if (now) assign[AVERAGE_STATISTICS] = averaged(variables[AVERAGE_STATISTICS]!, now);
  }
  return { assign, norm };
}

/** The changed values where the mask is 1, the old ones where it is 0. */
const onlyWhere = (mask: Float32Array, changed: tf.Tensor1D, old: tf.Tensor1D): tf.Tensor1D =>
  tf.add(old, tf.mul(tf.tensor1d(mask), tf.sub(changed, old)));
