import { Fault, Faults, type Place } from '../foundation/fault.ts';
import { unfitForFileName } from '../foundation/file-name.ts';
import type { Dataset, Subject } from './dataset.ts';

/** What a reader of a format gives: the subjects that could be made out, and what is wrong with the others. */
export interface Reading {
  readonly dataset: Dataset;
  readonly faults: readonly Fault[];
}

/** Gathers the faults of `read` instead of stopping at the first; undefined where it threw one. */
export function gather<T>(faults: Fault[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Faults) faults.push(...error.faults);
    else if (error instanceof Fault) faults.push(error);
    else throw error;
    return undefined;
  }
}

/** One fault as it is, several together. */
export function asOneError(what: string, faults: readonly Fault[]): Fault | Faults {
  return faults.length === 1 ? faults[0]! : new Faults(what, faults);
}

/** A list of names for a message: "a", "b", "c". */
export const quoted = (names: Iterable<string>): string =>
  [...names].map(name => `"${name}"`).join(', ') || 'none';

/**
 * The reading without subjects whose names cannot be those of folders, each of them a fault.
 * @throws Fault where no subject is left.
 */
export function requireSubjects({ dataset, faults }: Reading, place: Place, remedy: string): Reading {
  if (dataset.subjects.length === 0 && faults.length === 0) {
    throw new Fault('the data set has no subjects', { place, remedy });
  }
  const named = dataset.subjects.filter(({ id }) => unfitForFileName(id) === undefined);
  const unfit = dataset.subjects.filter(({ id }) => unfitForFileName(id) !== undefined);
  return { dataset: { ...dataset, subjects: named }, faults: [...faults, ...unfit.map(nameFault)] };
}

const nameFault = ({ id, place }: Subject) =>
  new Fault(`${JSON.stringify(id)} cannot be the name of a subject: ${unfitForFileName(id)}`, {
    place: { ...place, subject: id },
    remedy: 'The results of a subject lie in a folder of its name: rename it.',
  });
