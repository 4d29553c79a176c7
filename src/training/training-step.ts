import type { FeedSpec, Precision, RecordedFunction, Session } from '../engine/session.ts';
import { frozenIn } from '../models/frozen.ts';
import type { NetworkWeights } from '../models/model.ts';
import { initialValues } from '../models/parameters.ts';
import { recordAccumulatedStep } from './accumulated-step.ts';
import type { Looking } from './batch-gradient.ts';
import { gradientOnDevices } from './gradient-on-devices.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from './learned.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { TaskStep } from './task-step.ts';
import { OPTIMIZER, updateFeeds, weightUpdate } from './weight-update.ts';

export interface StepSettings {
  readonly clipNorm?: number | undefined;
  readonly averageDecay: number;
  readonly precision: Precision;
  /** Seed of what the network drops. */
  readonly seed: number;
  /** Batches that a step is made of, one after the other; default 1. */
  readonly batches?: number | undefined;
  /** Batch normalisation goes by the batches of all devices together. */
  readonly synchronized?: boolean | undefined;
  /** Parts of the network are computed again for the gradient instead of being kept. */
  readonly recompute?: boolean | undefined;
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
 * Records one optimizer step: forward, loss, backward, clipping, update, running averages, all in one graph, or, where a
 * step is of several batches, in one for a batch and one for the update.
 * Feeds: the task's tensors for all batches of the step, and the optimizer's numbers.
 * @param looking `probe` looks into each step, only for sessions that run it op by op; `profile` is told what is recorded
 * for which node.
 */
export function recordTrainingStep(
  session: Session,
  task: TaskStep,
  optimizer: Optimizer,
  settings: StepSettings,
  looking: Looking = {},
): Promise<RecordedFunction> {
  const { profile, probe = profile } = looking;
  const { network } = task;
  const { seed, batches = 1, synchronized, recompute } = settings;
  const parts = settings.frozen ?? [];
  const how = {
    seed,
    synchronized,
    recompute,
    ...(parts.length > 0 && { frozen: frozenIn(network, parts) }),
  };
  if (batches > 1) {
    const several = { ...settings, batches };
    return recordAccumulatedStep(session, task, optimizer, several, { probe, profile, how });
  }
  const feeds: Record<string, FeedSpec> = {
    ...task.feeds,
    ...updateFeeds(optimizer, settings),
    step: { shape: [], dtype: 'int32' },
  };
  return session.record('training-step', feeds, (fed, variables) => {
    const inputs = { ...how, weights: variables[WEIGHTS]!, statistics: variables[STATISTICS] };
    const found = gradientOnDevices(session.placement, task, fed, inputs, { probe, profile });
    const { assign, norm } = weightUpdate(network, optimizer, found, { fed, variables, settings, probe });
    profile?.recorded();
    return { outputs: { loss: found.loss, norm, counts: found.counts }, assign };
  });
}
