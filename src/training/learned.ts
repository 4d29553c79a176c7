import type * as tf from '@tensorflow/tfjs-core';
import type { Session, Tensors } from '../engine/session.ts';
import type { ForwardContext, NetworkWeights } from '../models/model.ts';
import { unflatten } from './flat-weights.ts';

/** Variables of a session: all trained weights in one vector, the running statistics in another, and averages of both. */
export const WEIGHTS = 'weights';
export const STATISTICS = 'statistics';
export const AVERAGE = 'average';
export const AVERAGE_STATISTICS = 'average_statistics';

/** Names of the variables that a network computes with. */
export interface LearnedVariables {
  readonly weights: string;
  readonly statistics: string;
}

export const LAST: LearnedVariables = { weights: WEIGHTS, statistics: STATISTICS };
/**
 * Averaged weights go with averaged statistics: those of the last weights describe other activations, and the network
 * would be off by as much as the weights still move.
 */
export const AVERAGED: LearnedVariables = { weights: AVERAGE, statistics: AVERAGE_STATISTICS };

/** What a network has learned, as flat vectors in the order of its parameters. */
export interface Learned {
  readonly weights: Float32Array;
  /** Running means and variances of batch normalisation, where the network has any. */
  readonly statistics?: Float32Array;
}

/** What predicting goes by: the averages, where training kept them. */
export function learnedOf(variables: Readonly<Record<string, Float32Array>>): Learned {
  const statistics = variables[AVERAGE_STATISTICS] ?? variables[STATISTICS];
  return { weights: variables[AVERAGE] ?? variables[WEIGHTS]!, ...(statistics && { statistics }) };
}

/** What was learned, as the variables of a session or a checkpoint, under the names of `LAST`. */
export const learnedVariables = ({ weights, statistics }: Learned): Record<string, Float32Array> => ({
  [WEIGHTS]: weights,
  ...(statistics && { [STATISTICS]: statistics }),
});

/** Declares what was learned in a session, under the names of `LAST`. */
export function declareLearned(session: Session, learned: Learned): void {
  for (const [name, values] of Object.entries(learnedVariables(learned)))
    session.variable(name, [values.length], values);
}

/** The tensors that a network computes with. */
export const learnedTensors = (
  { parameters, statistics }: Pick<NetworkWeights, 'parameters' | 'statistics'>,
  variables: Tensors | Record<string, tf.Tensor>,
  names: LearnedVariables,
): Pick<ForwardContext, 'weights' | 'statistics'> => ({
  weights: unflatten(parameters, variables[names.weights]),
  statistics: unflatten(statistics, variables[names.statistics]),
});
