import type { StoppingSettings } from '../../config/schema/search.ts';
import { quantileOfSorted } from '../../evaluation/statistics.ts';
import { bestAt, bestOf, type Goal, isBetter, type Trial } from './trial.ts';

/** AzureML's bandit policy: the best value so far against the best of any other trial at the same epoch. */
export function bandit(
  goal: Goal,
  trial: Trial,
  others: readonly Trial[],
  { slack_factor, slack_amount, every_epochs, delay_epochs }: Extract<StoppingSettings, { name: 'bandit' }>,
  epoch: number,
): string | undefined {
  if (!isDue(epoch, every_epochs, delay_epochs)) return undefined;
  const values = others.map(other => bestAt(goal, other, epoch)).filter(value => value !== undefined);
  if (values.length === 0) return undefined;
  const best = goal === 'maximize' ? Math.max(...values) : Math.min(...values);
  const factor = 1 + (slack_factor ?? 0);
  // Values on the far side of 0 are divided where others are multiplied, or the limit would be better than the best.
  const slack =
    slack_amount ?? Math.abs(best) * ((goal === 'maximize') === best > 0 ? 1 - 1 / factor : factor - 1);
  const limit = goal === 'maximize' ? best - slack : best + slack;
  const own = bestOf(goal, trial.measurements)!.value;
  if (!isBetter(goal, limit, own)) return undefined;
  return `${shown(own)} after ${epochs(epoch)}, the best trial had ${shown(best)} and the slack ends at ${shown(limit)}`;
}

/** AzureML's median policy: the best value so far against the median of the other trials' means up to this epoch. */
export function median(
  goal: Goal,
  trial: Trial,
  others: readonly Trial[],
  { every_epochs, delay_epochs }: Extract<StoppingSettings, { name: 'median' }>,
  epoch: number,
): string | undefined {
  if (!isDue(epoch, every_epochs, delay_epochs)) return undefined;
  const averages = others
    .filter(other => bestAt(goal, other, epoch) !== undefined)
    .map(({ measurements }) => mean(measurements.filter(one => one.epoch <= epoch).map(one => one.value)));
  if (averages.length === 0) return undefined;
  const middle = quantileOfSorted(
    averages.sort((a, b) => a - b),
    0.5,
  );
  const own = bestOf(goal, trial.measurements)!.value;
  if (!isBetter(goal, middle, own)) return undefined;
  return `${shown(own)} after ${epochs(epoch)}, the median of the other trials' means is ${shown(middle)}`;
}

const isDue = (epoch: number, every: number, delay: number): boolean => epoch > delay && epoch % every === 0;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const epochs = (epoch: number): string => `${epoch} ${epoch === 1 ? 'epoch' : 'epochs'}`;
const shown = (value: number): string => value.toPrecision(4);
