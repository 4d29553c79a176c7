import * as tf from '@tensorflow/tfjs-core';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { Fault } from '../../foundation/fault.ts';

/**
 * A loss of `output [row, target]` against `labels [row, target]`, a row for each subject or visit.
 * @param counted 1 for rows that count, 0 for the others, `[row]`; default: all count
 */
export type ScalarLoss = (output: tf.Tensor2D, labels: tf.Tensor2D, counted?: tf.Tensor1D) => tf.Scalar;

/** The same for each row, `[row]`. */
type RowLoss = (output: tf.Tensor2D, labels: tf.Tensor2D) => tf.Tensor1D;

/** How outputs become posteriors: each class by itself, one of several, or not at all. */
export type Activation = 'sigmoid' | 'softmax' | 'identity';

export function activationOf({ dataset: { targets } }: ScalarConfiguration): Activation {
  if ('columns' in targets) return 'identity';
  return targets.kind === 'exclusive' ? 'softmax' : 'sigmoid';
}

/** Posteriors or values of an output. */
export function activated(output: tf.Tensor, activation: Activation): tf.Tensor {
  if (activation === 'identity') return output;
  return activation === 'softmax' ? tf.softmax(output) : tf.sigmoid(output);
}

/**
 * The loss that a configuration names.
 * @param frequencies share of the training subjects or visits that have each class; for balanced weights
 * @throws Fault for balanced weights of a class that no training subject has.
 */
export function buildScalarLoss(
  settings: ScalarConfiguration,
  frequencies: readonly number[] = [],
): ScalarLoss {
  const ofRow = rowLoss(settings, frequencies);
  return (output, labels, counted) => {
    const losses = ofRow(output, labels);
    if (!counted) return tf.mean(losses) as tf.Scalar;
    return tf.div(tf.sum(tf.mul(losses, counted)), tf.maximum(tf.sum(counted), 1)) as tf.Scalar;
  };
}

function rowLoss(settings: ScalarConfiguration, frequencies: readonly number[]): RowLoss {
  const { targets } = settings.dataset;
  const loss = settings.loss ?? {
    ...('columns' in targets
      ? { name: 'squared_error' as const }
      : { name: 'cross_entropy' as const, class_weights: 'none' as const, label_smoothing: 0 }),
  };
  switch (loss.name) {
    case 'squared_error':
      return (output, labels) => tf.mean(tf.square(tf.sub(output, labels)), 1);
    case 'absolute_error':
      return (output, labels) => tf.mean(tf.abs(tf.sub(output, labels)), 1);
    case 'huber':
      return (output, labels) => huber(tf.sub(output, labels), loss.delta);
  }
  const gamma = loss.name === 'focal' ? loss.gamma : 0;
  const balanced = loss.class_weights === 'balanced';
  if (balanced) requireEachClass(targetNames(targets), frequencies);
  return 'kind' in targets && targets.kind === 'exclusive'
    ? exclusive(
        gamma,
        loss.label_smoothing,
        balanced ? frequencies.map(f => 1 / (f * frequencies.length)) : undefined,
      )
    : independent(gamma, loss.label_smoothing, balanced ? frequencies.map(f => (1 - f) / f) : undefined);
}

/** A class that no training subject has cannot be balanced with the others. */
function requireEachClass(classes: readonly string[], frequencies: readonly number[]): void {
  const absent = classes.filter((_, index) => !(frequencies[index]! > 0));
  if (absent.length === 0) return;
  throw new Fault(`no training subject has the class ${absent.join(', ')}, which cannot be balanced then`, {
    place: { setting: 'loss.class_weights' },
    remedy: 'Set class_weights: none, leave the class out, or give training subjects that have it.',
  });
}

/** A probability to the power of a focal loss; never of 0, where the slope of a power below 1 is infinite. */
const focus = (probability: tf.Tensor, gamma: number): tf.Tensor =>
  tf.pow(tf.maximum(probability, 1e-7), gamma);

/** Softmax and cross-entropy. */
function exclusive(gamma: number, smoothing: number, weights: readonly number[] | undefined): RowLoss {
  return (output, labels) => {
    const classes = output.shape[1];
    const log = tf.logSoftmax(output);
    const low = smoothing / Math.max(1, classes - 1);
    const target = smoothing > 0 ? tf.add(tf.mul(labels, 1 - smoothing - low), low) : labels;
    const focused = gamma > 0 ? tf.mul(log, focus(tf.sub(1, tf.exp(log)), gamma)) : log;
    const weighted = weights ? tf.mul(focused, tf.tensor1d([...weights])) : focused;
    return tf.neg(tf.sum(tf.mul(target, weighted), 1));
  };
}

/** Sigmoid and cross-entropy of each class by itself; `weights` are those of the positives (PyTorch's pos_weight). */
function independent(gamma: number, smoothing: number, weights: readonly number[] | undefined): RowLoss {
  return (output, labels) => {
    const target = smoothing > 0 ? tf.add(tf.mul(labels, 1 - 2 * smoothing), smoothing) : labels;
    // log σ(x) = −softplus(−x), without a logarithm of zero.
    const logYes = tf.neg(tf.softplus(tf.neg(output)));
    const logNo = tf.neg(tf.softplus(output));
    const yes = gamma > 0 ? tf.mul(logYes, focus(tf.sigmoid(tf.neg(output)), gamma)) : logYes;
    const no = gamma > 0 ? tf.mul(logNo, focus(tf.sigmoid(output), gamma)) : logNo;
    const positive = tf.mul(target, weights ? tf.mul(yes, tf.tensor1d([...weights])) : yes);
    const negative = tf.mul(tf.sub(1, target), no);
    return tf.neg(tf.mean(tf.add(positive, negative), 1));
  };
}

function huber(error: tf.Tensor, delta: number): tf.Tensor1D {
  const size = tf.abs(error);
  const inside = tf.minimum(size, delta);
  // Half a square inside, and a line of the same slope beyond.
  return tf.mean(tf.add(tf.mul(tf.square(inside), 0.5), tf.mul(tf.sub(size, inside), delta)), 1);
}
