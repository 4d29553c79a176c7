import type { SearchSettings } from '../../config/schema/search.ts';
import { gridTrial, gridTrials } from './grid.ts';
import { randomTrial } from './random-search.ts';
import { tpeTrial } from './tpe.ts';
import type { Parameters, Trial } from './trial.ts';

/** Number of trials of a search: a grid ends with its last combination. */
export function trialCount({ algorithm, trials, parameters }: SearchSettings): number {
  return algorithm.name === 'grid' ? Math.min(trials, gridTrials(parameters)) : trials;
}

/**
 * The parameters of a trial. Depends on the settings, the trial's number and the trials that have ended, and on nothing
 * else, so that a search that was killed goes on as if it had not been.
 */
export function suggest(search: SearchSettings, number: number, trials: readonly Trial[]): Parameters {
  switch (search.algorithm.name) {
    case 'grid':
      return gridTrial(search.parameters, number);
    case 'random':
      return randomTrial(search.parameters, search.seed, number);
    case 'tpe':
      return tpeTrial(search, search.algorithm, number, trials);
  }
}
