import type { SearchSettings } from '../../config/schema/search.ts';
import { axisOf } from './distribution.ts';
import type { Parameters } from './trial.ts';

/** Number of combinations of all values. */
export function gridTrials(parameters: SearchSettings['parameters']): number {
  return Object.values(parameters).reduce((product, one) => product * axisOf(one).count, 1);
}

/** A combination by its number; the last parameter changes fastest. */
export function gridTrial(parameters: SearchSettings['parameters'], number: number): Parameters {
  let rest = number;
  const values = Object.entries(parameters)
    .reverse()
    .map(([name, distribution]) => {
      const { count, valueAt } = axisOf(distribution);
      const index = rest % count;
      rest = Math.floor(rest / count);
      return [name, valueAt((index + 0.5) / count)] as const;
    });
  return Object.fromEntries(values.reverse());
}
