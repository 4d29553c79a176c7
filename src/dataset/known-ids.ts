import { nearestName } from '../config/nearest.ts';
import { Fault } from '../foundation/fault.ts';
import type { Dataset } from './dataset.ts';

/** @throws Fault for the first name that is not among the known ones, with the nearest that is. */
export function requireKnown(
  names: readonly string[],
  known: readonly string[],
  kind: 'subject' | 'institution',
  dataset: Dataset,
  file: string = dataset.folder,
): void {
  const all = new Set(known);
  const unknown = names.find(name => !all.has(name));
  if (unknown === undefined) return;
  // "7" is meant where the data set writes "007".
  const meant =
    known.find(name => /^\d+$/.test(name) && Number(name) === Number(unknown)) ?? nearestName(unknown, known);
  throw new Fault(`the splits name the ${kind} "${unknown}", which the data set does not have`, {
    place: { file },
    remedy:
      meant === undefined
        ? `The data set has ${known.length} ${kind}s, such as "${known[0] ?? ''}".`
        : `Did you mean "${meant}"?`,
  });
}
