import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../model.ts';
import type { ParameterLists } from '../parameters.ts';

/** Share that a batch has in the running statistics at least; until then all batches have an equal one. */
const LEAST_SHARE = 0.02;
const EPSILON = 1e-5;

/**
 * Values in standard deviations from their running mean, `[row, value]`. Unlike in batch normalisation a step goes by
 * the statistics of the steps before it: a batch of few rows says little about mean and deviation, and a number that is to
 * be told exactly would carry their error. The statistics soon move slowly, so that a network whose values wander with
 * its weights feels it in its loss.
 */
export function standardized(lists: ParameterLists, name: string, values: number): Layer {
  const mean = lists.statistics.add(`${name}/mean`, [values], { kind: 'constant', value: 0 });
  const variance = lists.statistics.add(`${name}/variance`, [values], { kind: 'constant', value: 1 });
  const count = lists.statistics.add(`${name}/count`, [1], { kind: 'constant', value: 0 });
  return (input, { statistics, training, updateStatistic, present }) => {
    const [center, spread] = [statistics[mean.index]!, statistics[variance.index]!];
    if (training) {
      const batches = tf.add(statistics[count.index]!, 1);
      const towards = (old: tf.Tensor, seen: tf.Tensor, before: tf.Tensor) =>
        tf.add(old, tf.mul(tf.sub(seen, old), tf.maximum(tf.div(1, before), LEAST_SHARE)));
      const moved = towards(center, meanOf(input, present), batches);
      // Welford's: about the mean before and the mean after. The first variance, 1, counts as a batch, as one row has none.
      const apart = tf.mul(tf.sub(input, center), tf.sub(input, moved));
      updateStatistic(count, batches);
      updateStatistic(mean, moved);
      updateStatistic(variance, towards(spread, meanOf(apart, present), tf.add(batches, 1)));
    }
    return tf.div(tf.sub(input, center), tf.sqrt(tf.add(spread, EPSILON)));
  };
}

/** Of the rows that are there. */
function meanOf(rows: tf.Tensor, present: tf.Tensor1D | undefined): tf.Tensor {
  if (!present) return tf.mean(rows, 0);
  const counted = tf.mul(rows, tf.reshape(present, [rows.shape[0]!, 1]));
  return tf.div(tf.mean(counted, 0), tf.maximum(tf.mean(present), 1e-6));
}
