import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Precision, RecordedFunction, Session, Tensors } from '../engine/session.ts';
import type { Probe } from '../foundation/probe.ts';
import type { SegmentationModel } from '../models/model.ts';
import { initialValues, type Parameter } from '../models/parameters.ts';
import type { Zyx } from '../volume/volume.ts';
import { type Loss, predictionOf, type Target } from './losses/loss.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { thinLabels } from './thin-labels.ts';
import { blockProbe, byParameter } from './training-probe.ts';

/** Variables of a session: all trained weights in one vector, their running average, the running statistics. */
export const WEIGHTS = 'weights';
export const AVERAGE = 'average';
export const STATISTICS = 'statistics';
const OPTIMIZER = 'optimizer/';

/** Cuts a flat vector into the tensors of its parameters: one split, and a reshape for each. */
export function unflatten(parameters: readonly Parameter[], flat: tf.Tensor | undefined): tf.Tensor[] {
  if (!flat || parameters.length === 0) return [];
  const pieces =
    parameters.length === 1
      ? [flat]
      : tf.split(
          flat,
          parameters.map(parameter => parameter.size),
        );
  return parameters.map((parameter, index) => tf.reshape(pieces[index]!, [...parameter.shape]));
}

const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map(t => tf.reshape(t, [t.size])));

export interface StepSettings {
  readonly crop: Zyx;
  readonly batchSize: number;
  readonly channels: number;
  readonly classes: number;
  readonly clipNorm?: number | undefined;
  readonly averageDecay: number;
  readonly masked: boolean;
  readonly incomplete: boolean;
  readonly precision: Precision;
}

/** Declares a model's variables with their first values. */
export function declareVariables(
  session: Session,
  model: SegmentationModel,
  optimizer: Optimizer,
  options: { seed: number; averaged: boolean },
): void {
  const weights = initialValues(model.parameters, options.seed);
  session.variable(WEIGHTS, [weights.length], weights);
  if (options.averaged) session.variable(AVERAGE, [weights.length], weights);
  if (model.statistics.length > 0) {
    const statistics = initialValues(model.statistics, options.seed);
    session.variable(STATISTICS, [statistics.length], statistics);
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
  /** Voxels of each class that are right, predicted, and true, over the batch: `[3 · class]`. */
  counts: Float32Array<ArrayBuffer>;
}

/**
 * Records one optimizer step: forward, loss, backward, clipping, update, running averages, all in one graph.
 * Feeds: `images [batch, z, y, x, channel]`, `labels [batch, z, y, x]` and the optimizer's numbers.
 * @param probe looks into each step; only for sessions that run it op by op.
 */
export function recordTrainingStep(
  session: Session,
  model: SegmentationModel,
  loss: Loss,
  optimizer: Optimizer,
  settings: StepSettings,
  probe?: Probe,
): Promise<RecordedFunction> {
  const { crop, batchSize, channels, classes } = settings;
  const numbers = Object.keys(optimizer.feeds({ step: 0, learningRate: 1 }));
  const scalar: FeedSpec = { shape: [], dtype: 'float32' };
  const feeds: Record<string, FeedSpec> = {
    images: { shape: [batchSize, ...crop, channels], dtype: 'float32' },
    labels: { shape: [batchSize, ...crop], dtype: 'int32' },
    ...Object.fromEntries(numbers.map(name => [name, scalar])),
  };
  if (settings.masked) feeds.mask = { shape: [batchSize, ...crop], dtype: 'float32' };
  if (settings.incomplete) feeds.drawn = { shape: [batchSize, classes], dtype: 'float32' };
  if (settings.averageDecay > 0) feeds.averageDecay = scalar;
  if (settings.precision === 'float16') feeds.lossScale = scalar;

  return session.record('training-step', feeds, (fed, variables) => {
    const statistics = unflatten(model.statistics, variables[STATISTICS]);
    const updated = [...statistics];
    let logits: tf.Tensor5D | undefined;
    // What outlives the gradient's own scope; nothing else would let go of it.
    const kept: tf.Tensor[] = [];
    const keep = <T extends tf.Tensor>(tensor: T): T => {
      kept.push(tensor);
      return tf.keep(tensor);
    };
    const objective = (...weights: tf.Tensor[]): tf.Scalar => {
      probe?.at({ setting: 'architecture', values: () => ({ input: fed.images! }) });
      const outputs = model.forward(fed.images as tf.Tensor5D, {
        training: true,
        weights,
        statistics,
        updateStatistic: (statistic, next) => {
          updated[statistic.index] = keep(next);
        },
        ...(probe && { probe: blockProbe(probe, model.parameters, weights) }),
      });
      logits = keep(outputs[0]!);
      const total = supervisedLoss(outputs, fed, loss, model, settings);
      probe?.at({
        setting: 'loss',
        values: () => ({ loss: total, logits: outputs[0]!, labels: fed.labels! }),
      });
      return fed.lossScale ? (tf.mul(total, fed.lossScale) as tf.Scalar) : total;
    };
    const { value, grads } = tf.valueAndGrads(probe ? watched(objective, probe) : objective)(
      unflatten(model.parameters, variables[WEIGHTS]),
    );

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
        gradients: byParameter(model.parameters, grads),
        before: byParameter(model.parameters, unflatten(model.parameters, weights)),
        after: byParameter(model.parameters, unflatten(model.parameters, next.weights)),
        state: { kind: 'group', values: next.state },
      }),
    });

    // With float16 a step whose gradient overflowed changes nothing.
    const finite = fed.lossScale && tf.isFinite(norm);
    const unless = (changed: tf.Tensor, old: tf.Tensor) =>
      finite ? tf.where(tf.broadcastTo(finite, old.shape), changed, old) : changed;
    const assign: Tensors = { [WEIGHTS]: unless(next.weights, weights) };
    for (const name of optimizer.state) assign[OPTIMIZER + name] = unless(next.state[name]!, state[name]!);
    if (fed.averageDecay) {
      const average = variables[AVERAGE]!;
      assign[AVERAGE] = tf.add(
        average,
        tf.mul(tf.sub(assign[WEIGHTS]!, average), tf.sub(1, fed.averageDecay)),
      );
    }
    if (model.statistics.length > 0) assign[STATISTICS] = unless(flatten(updated), variables[STATISTICS]!);

    const total = fed.lossScale ? tf.div(value, fed.lossScale) : value;
    const counts = classCounts(logits!, fed, model, classes);
    for (const tensor of kept) tensor.dispose();
    return { outputs: { loss: total, norm, counts }, assign };
  });
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

/** The labels of the voxels that an unpadded network gives an output for. */
function outputVoxels(tensor: tf.Tensor, { shrinkage }: SegmentationModel): tf.Tensor {
  if (shrinkage.every(voxels => voxels === 0)) return tensor;
  const [batch, ...size] = tensor.shape as [number, number, number, number];
  const begin = [0, ...shrinkage.map(voxels => voxels / 2)];
  return tf.slice(tensor, begin, [batch, ...size.map((extent, axis) => extent - shrinkage[axis]!)]);
}

/** The loss of every output; lower resolutions weigh half of the next higher (nnU-Net's deep supervision). */
function supervisedLoss(
  outputs: readonly tf.Tensor5D[],
  fed: Tensors,
  loss: Loss,
  model: SegmentationModel,
  { classes }: StepSettings,
): tf.Scalar {
  const drawn = fed.drawn as tf.Tensor2D | undefined;
  const labels = outputVoxels(fed.labels!, model);
  const mask = fed.mask && outputVoxels(fed.mask, model);
  const weight = (level: number) => 0.5 ** level;
  const sum = outputs.reduce((total, _, level) => total + weight(level), 0);
  const losses = outputs.map((logits, level) => {
    const [batch, z, y, x] = logits.shape;
    const thin = (tensor: tf.Tensor) => thinLabels(tensor, [z, y, x]);
    const target: Target = {
      oneHot: tf.oneHot(thin(labels) as tf.Tensor4D, classes) as tf.Tensor5D,
      mask: mask && (tf.reshape(thin(mask), [batch, z, y, x, 1]) as tf.Tensor5D),
      drawn,
    };
    const value = loss(predictionOf(logits, drawn), target);
    return outputs.length === 1 ? value : (tf.mul(value, weight(level) / sum) as tf.Scalar);
  });
  return losses.reduce((total, value) => tf.add(total, value) as tf.Scalar);
}

/** Voxels of each class: right, predicted, true. For the Dice of the crops that InnerEye logs. */
function classCounts(
  logits: tf.Tensor5D,
  fed: Tensors,
  model: SegmentationModel,
  classes: number,
): tf.Tensor {
  const voxels = logits.size / classes;
  const truth = tf.oneHot(tf.reshape(outputVoxels(fed.labels!, model), [voxels]) as tf.Tensor1D, classes);
  const predicted = tf.oneHot(tf.reshape(tf.argMax(logits, 4), [voxels]) as tf.Tensor1D, classes);
  const counted = fed.mask ? tf.reshape(outputVoxels(fed.mask, model), [1, voxels]) : tf.ones([1, voxels]);
  const sum = (tensor: tf.Tensor) =>
    tf.matMul(counted as tf.Tensor2D, tf.cast(tensor, 'float32') as tf.Tensor2D);
  return tf.concat([sum(tf.mul(truth, predicted)), sum(predicted), sum(truth)], 1);
}
