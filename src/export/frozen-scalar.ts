import * as tf from '@tensorflow/tfjs-core';
import { tellsClasses } from '../config/tells-classes.ts';
import { type FrozenGraph, recordFrozen } from '../engine/frozen-graph.ts';
import type { Parameter } from '../models/parameters.ts';
import type { LearnedScalar } from '../runs/scalar/scalar-model.ts';
import { scalarModelOf } from '../runs/scalar/scalar-task.ts';
import { activated, activationOf } from '../training/losses/scalar-loss.ts';
import { inputFeeds, inputOf } from '../training/scalar-step.ts';
import { constantsOf } from './frozen-model.ts';

/** Name of the graph's output. */
export const OUTPUTS = 'outputs';

/**
 * The graph from what the network is given of one subject (`images`, `features`, `present`, as far as it has them) to its
 * posteriors, or to numbers in their targets' units, with all that was learned in it, in float32.
 */
export function freezeScalar(member: LearnedScalar): FrozenGraph {
  const { settings, plugins, learned, facts } = member;
  const { model, sizes } = scalarModelOf(settings, facts, plugins);
  const constants = new Map([
    ...constantsOf('weights', model.parameters, learned.weights),
    ...constantsOf('statistics', model.statistics, learned.statistics ?? new Float32Array()),
  ]);
  return recordFrozen(inputFeeds({ ...sizes, batchSize: 1 }), constants, (feeds, values) => {
    const take = (kind: string, parameters: readonly Parameter[]) =>
      parameters.map(({ name }) => values.get(`${kind}/${name}`)!);
    const output = model.forward(inputOf(feeds), {
      training: false,
      weights: take('weights', model.parameters),
      statistics: take('statistics', model.statistics),
      updateStatistic: () => {},
    });
    return { [OUTPUTS]: inUnits(activated(output, activationOf(settings)), member) };
  });
}

function inUnits(output: tf.Tensor, { settings, facts: { targets } }: LearnedScalar): tf.Tensor {
  if (tellsClasses(settings)) return output;
  const deviations = tf.tensor1d(targets.map(({ deviation }) => deviation));
  return tf.add(tf.mul(output, deviations), tf.tensor1d(targets.map(({ mean }) => mean)));
}
