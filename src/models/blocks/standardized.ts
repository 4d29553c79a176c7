import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';

/** Share of the batch in the running statistics, as in batch normalisation. */
const MOMENTUM = 0.1;
const EPSILON = 1e-5;

/**
 * Values in standard deviations from their running mean, `[row, value]`. Unlike in batch normalisation a step goes by
 * the statistics of the steps before it too: a batch of few rows says little about mean and deviation, and a number that
 * is to be told exactly would carry their error.
 */
export function standardized(lists: ParameterLists, name: string, values: number): Layer {
  const mean = lists.statistics.add(`${name}/mean`, [values], { kind: 'constant', value: 0 });
  const variance = lists.statistics.add(`${name}/variance`, [values], { kind: 'constant', value: 1 });
  return (input, { statistics, training, updateStatistic }) => {
    const [center, spread] = [statistics[mean.index]!, statistics[variance.index]!];
    if (training) {
      const towards = (old: tf.Tensor, seen: tf.Tensor) => tf.add(old, tf.mul(tf.sub(seen, old), MOMENTUM));
      updateStatistic(mean, towards(center, tf.mean(input, 0)));
      // About the running mean, so that a batch of one row says something as well.
      updateStatistic(variance, towards(spread, tf.mean(tf.squaredDifference(input, center), 0)));
    }
    return tf.div(tf.sub(input, center), tf.sqrt(tf.add(spread, EPSILON)));
  };
}
