import type { SearchSettings } from '../../config/schema/search.ts';
import { bandit, median } from './azure-policies.ts';
import { halving, hyperband } from './halving.ts';
import type { Trial } from './trial.ts';

/**
 * Why a trial shall be stopped after what it has just measured; undefined where it shall go on. Asked for every epoch
 * that has a measurement, in order.
 * @param trials of the search, this one among them, with all that is known of them
 * @param epochs of a whole training
 */
export function reasonToStop(
  { early_stopping, objective }: SearchSettings,
  trial: Trial,
  trials: readonly Trial[],
  epochs: number,
): string | undefined {
  const epoch = trial.measurements.at(-1)?.epoch;
  if (early_stopping === undefined || epoch === undefined || epoch >= epochs) return undefined;
  const { goal } = objective;
  const others = trials.filter(({ number }) => number !== trial.number);
  switch (early_stopping.name) {
    case 'asha':
      return halving(goal, trial, others, early_stopping.minimum_epochs, early_stopping.reduction);
    case 'hyperband':
      return hyperband(goal, trial, others, early_stopping, epochs);
    case 'bandit':
      return bandit(goal, trial, others, early_stopping, epoch);
    case 'median':
      return median(goal, trial, others, early_stopping, epoch);
  }
}
