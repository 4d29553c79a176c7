import type { SearchAlgorithm, SearchSettings } from '../../config/schema/search.ts';
import { Random } from '../../foundation/random.ts';
import { axisOf } from './distribution.ts';
import { parzenEstimator } from './parzen.ts';
import { randomTrial } from './random-search.ts';
import { endedTrials, type Parameters, ranking, type Trial } from './trial.ts';

/** So many trials at most count as good. */
const MOST_GOOD = 25;

/**
 * The next trial by tree-structured Parzen estimators (Bergstra et al., NIPS 2011): ended trials are parted into a tenth
 * of good ones and the others; candidates are drawn from the density of the good ones, and the one wins whose density
 * among the good is largest against that among the others. Trials without a value (invalid, failed) are among the others.
 */
export function tpeTrial(
  { parameters, seed, objective }: SearchSettings,
  { startup_trials, candidates }: Extract<SearchAlgorithm, { name: 'tpe' }>,
  number: number,
  trials: readonly Trial[],
): Parameters {
  const ended = endedTrials(trials);
  const ranked = ranking(objective.goal, trials).map(({ trial }) => trial);
  if (ended.length < startup_trials || ranked.length === 0) return randomTrial(parameters, seed, number);
  const names = Object.keys(parameters);
  const axes = names.map(name => axisOf(parameters[name]!));
  const pointOf = (trial: Trial) => axes.map((axis, index) => axis.placeOf(trial.parameters[names[index]!]));
  const good = new Set(ranked.slice(0, Math.min(MOST_GOOD, Math.ceil(ended.length / 10))));
  const among = (which: boolean) => ended.filter(trial => good.has(trial) === which).map(pointOf);
  const [likely, unlikely] = [parzenEstimator(axes, among(true)), parzenEstimator(axes, among(false))];
  const random = new Random(seed, 'search', number, 'candidates');
  const scored = Array.from({ length: candidates }, () => {
    const point = likely.sample(random).map((place, index) => settled(axes[index]!, place));
    return { point, score: likely.logDensity(point) - unlikely.logDensity(point) };
  });
  const best = scored.reduce((winner, one) => (one.score > winner.score ? one : winner));
  return Object.fromEntries(names.map((name, index) => [name, axes[index]!.valueAt(best.point[index]!)]));
}

/** The place of the value that stands there: of one of several values the middle. */
const settled = (axis: ReturnType<typeof axisOf>, place: number): number =>
  Number.isFinite(axis.count) ? axis.placeOf(axis.valueAt(place)) : place;
