import type { SearchSettings } from '../../config/schema/search.ts';
import { Random } from '../../foundation/random.ts';
import { axisOf } from './distribution.ts';
import type { Parameters } from './trial.ts';

/** Each parameter drawn from its distribution; the draws of a trial do not depend on other parameters or trials. */
export function randomTrial(
  parameters: SearchSettings['parameters'],
  seed: number,
  number: number,
): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, distribution]) => {
      const place = new Random(seed, 'search', number, name).uniform();
      return [name, axisOf(distribution).valueAt(place)];
    }),
  );
}
