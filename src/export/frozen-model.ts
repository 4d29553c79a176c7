import * as tf from '@tensorflow/tfjs-core';
import { type Constant, type FrozenGraph, recordFrozen } from '../engine/frozen-graph.ts';
import { posteriorsOf } from '../inference/predictor.ts';
import type { SegmentationModel } from '../models/model.ts';
import { byName, type Parameter } from '../models/parameters.ts';
import type { LearnedWeights, PredictingModel } from '../runs/predicting-model.ts';
import { modelOf } from '../runs/trained-model.ts';
import type { Zyx } from '../volume/volume.ts';

/** Names of the graph's input and output. */
export const INPUT = 'tiles';
export const OUTPUT = 'posteriors';

/**
 * The graph from a tile `[1, z, y, x, channel]` to its posteriors `[1, z, y, x, class]`, with all that was learned in
 * it, in float32: what a model is to programs that know nothing of this one. Of an ensemble the mean of its members.
 * @param window size of the tile.
 */
export function freezeModel({ settings, plugins, members }: PredictingModel, window: Zyx): FrozenGraph {
  const model = modelOf(settings, plugins.models);
  const prefix = (index: number) => (members.length > 1 ? `member${index}/` : '');
  const constants = new Map<string, Constant>();
  for (const [index, member] of members.entries()) addConstants(constants, prefix(index), model, member);
  const feed = { shape: [1, ...window, settings.dataset.channels.length], dtype: 'float32' } as const;
  return recordFrozen({ [INPUT]: feed }, constants, (feeds, learned) => {
    const take = (kind: string, parameters: readonly Parameter[], index: number) =>
      parameters.map(({ name }) => learned.get(`${prefix(index)}${kind}/${name}`)!);
    const predictions = members.map((_, index) => {
      const weights = take('weights', model.parameters, index);
      const statistics = take('statistics', model.statistics, index);
      return posteriorsOf(model, { weights, statistics }, feeds[INPUT]!, settings.inference.mirror);
    });
    const sum = predictions.reduce((total, posteriors) => tf.add(total, posteriors));
    return { [OUTPUT]: members.length === 1 ? sum : tf.div(sum, members.length) };
  });
}

function addConstants(
  constants: Map<string, Constant>,
  prefix: string,
  { parameters, statistics }: SegmentationModel,
  learned: LearnedWeights,
): void {
  const add = (kind: string, list: readonly Parameter[], values: Float32Array) => {
    const named = byName(list, values);
    for (const { name, shape } of list) {
      constants.set(`${prefix}${kind}/${name}`, { shape, data: named.get(name)! });
    }
  };
  add('weights', parameters, learned.weights);
  if (statistics.length > 0) add('statistics', statistics, learned.statistics!);
}
