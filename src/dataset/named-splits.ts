import { resolve } from 'node:path';
import { nearestName } from '../config/nearest.ts';
import type { SplitsSettings } from '../config/schema/configuration.ts';
import { splitSchema } from '../contracts/split.ts';
import { Fault, type Place } from '../foundation/fault.ts';
import { type Assignment, SPLIT_NAMES } from './assignment.ts';
import { type Dataset, isLabelled, type SplitName, type Subject } from './dataset.ts';
import { readJsonFile } from './json-file.ts';
import { requireKnown } from './known-ids.ts';
import { quoted } from './reading.ts';
import { readTable, requireColumn } from './table.ts';

/** Subjects named in the configuration. @throws Fault for unknown or unlabelled subjects, or one in two splits. */
export function splitsFromIds(dataset: Dataset, ids: NonNullable<SplitsSettings['ids']>): Assignment {
  const entries = SPLIT_NAMES.flatMap(name => (ids[name] ?? []).map(id => ({ id, name, place: {} })));
  return assigned(dataset, entries, dataset.folder);
}

/**
 * Subjects named in a csv with the columns subject and split, or in the `split.json` of a run.
 * @param file relative to the data set's folder, if it is not absolute.
 * @throws Fault as `splitsFromIds`, or for a missing column, an unknown split, or a file that is neither of both.
 */
export async function splitsFromFile(dataset: Dataset, file: string): Promise<Assignment> {
  if (file.endsWith('.json')) return splitsFromRun(dataset, resolve(dataset.folder, file));
  const table = await readTable(resolve(dataset.folder, file));
  for (const column of ['subject', 'split']) requireColumn(table, column, 'dataset.splits.file');
  const entries = table.rows.map(({ cells, line }) => {
    const place = { file: table.file, line };
    return { id: cells.get('subject')!, name: splitName(cells.get('split')!, place), place };
  });
  return assigned(dataset, entries, table.file);
}

async function splitsFromRun(dataset: Dataset, file: string): Promise<Assignment> {
  const split = await readJsonFile(file, splitSchema);
  const entries = SPLIT_NAMES.flatMap(name => split[name].map(({ id }) => ({ id, name, place: { file } })));
  return assigned(dataset, entries, file);
}

function splitName(text: string, place: Place): SplitName {
  const name = SPLIT_NAMES.find(candidate => candidate === text.toLowerCase());
  if (name !== undefined) return name;
  const meant = text.toLowerCase() === 'val' ? 'validation' : nearestName(text, SPLIT_NAMES);
  throw new Fault(`there is no split "${text}"; splits are ${quoted(SPLIT_NAMES)}`, {
    place,
    remedy: meant === undefined ? 'Use one of them.' : `Did you mean "${meant}"?`,
  });
}

interface Entry {
  readonly id: string;
  readonly name: SplitName;
  readonly place: Place;
}

function assigned(dataset: Dataset, entries: readonly Entry[], file: string): Assignment {
  const subjects = new Map(dataset.subjects.map(subject => [subject.id, subject]));
  requireKnown(
    entries.map(({ id }) => id),
    [...subjects.keys()],
    'subject',
    dataset,
    file,
  );
  const assignment: Assignment = new Map();
  for (const { id, name, place } of entries) {
    const subject = subjects.get(id)!;
    const other = assignment.get(subject);
    if (other !== undefined && other !== name) {
      throw new Fault(`the subject "${id}" is in two splits, ${other} and ${name}`, {
        place: { ...place, subject: id },
        remedy: 'Name each subject once.',
      });
    }
    if (!isLabelled(subject)) {
      const what = hasTable(subject) ? 'value for the target' : 'structures';
      throw new Fault(`the subject "${id}" is in the split ${name}, but has no ${what}`, {
        place: subject.place,
        remedy: `Take it out of the split, or add its ${what} to the data set.`,
      });
    }
    assignment.set(subject, name);
  }
  return assignment;
}

const hasTable = ({ values, visits }: Subject): boolean => values !== undefined || visits !== undefined;
