import { type Constant, type FrozenGraph, recordFrozen } from '../engine/frozen-graph.ts';
import { posteriorsOf } from '../inference/predictor.ts';
import { byName, type Parameter } from '../models/parameters.ts';
import type { LearnedWeights, PredictingModel } from '../runs/predicting-model.ts';
import { modelOf } from '../runs/trained-model.ts';
import type { Zyx } from '../volume/volume.ts';

/** Names of the graph's input and output. */
export const INPUT = 'tiles';
export const OUTPUT = 'posteriors';

/**
 * The graph from a tile `[1, z, y, x, channel]` to its posteriors `[1, z, y, x, class]`, with all that was learned in
 * it, in float32: what a network is to programs that know nothing of this one.
 * @param window size of the tile.
 */
export function freezeNetwork(
  { settings, plugins }: Pick<PredictingModel, 'settings' | 'plugins'>,
  learned: LearnedWeights,
  window: Zyx,
): FrozenGraph {
  const model = modelOf(settings, plugins.models);
  const constants = new Map([
    ...constantsOf('weights', model.parameters, learned.weights),
    ...constantsOf('statistics', model.statistics, learned.statistics ?? new Float32Array()),
  ]);
  const feed = { shape: [1, ...window, settings.dataset.channels.length], dtype: 'float32' } as const;
  return recordFrozen({ [INPUT]: feed }, constants, (feeds, values) => {
    const take = (kind: string, parameters: readonly Parameter[]) =>
      parameters.map(({ name }) => values.get(`${kind}/${name}`)!);
    const weights = take('weights', model.parameters);
    const statistics = take('statistics', model.statistics);
    const { mirror } = settings.inference;
    return { [OUTPUT]: posteriorsOf(model, { weights, statistics }, feeds[INPUT]!, mirror) };
  });
}

/** Learned values under the names of their parameters. */
export function constantsOf(
  kind: string,
  parameters: readonly Parameter[],
  values: Float32Array,
): [string, Constant][] {
  const named = byName(parameters, values);
  return parameters.map(({ name, shape }) => [`${kind}/${name}`, { shape, data: named.get(name)! }]);
}
