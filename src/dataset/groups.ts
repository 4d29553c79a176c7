import { nearestName } from '../config/nearest.ts';
import type { SplitsSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { Random } from '../foundation/random.ts';
import type { Dataset, Subject } from './dataset.ts';
import { byName } from './folder-listing.ts';
import { quoted } from './reading.ts';

/** Subjects that stay together, such as the two eyes or the several visits of one patient. */
export interface Group {
  readonly id: string;
  readonly subjects: readonly Subject[];
}

/**
 * The groups that the column `group_by` makes of the subjects; by default each subject is its own.
 * @throws Fault where the column is missing or a subject has no value in it.
 */
export function groupSubjects(
  subjects: readonly Subject[],
  { group_by: column }: Pick<SplitsSettings, 'group_by'>,
  dataset: Dataset,
): Group[] {
  if (column === 'subject') return subjects.map(subject => ({ id: subject.id, subjects: [subject] }));
  const groups = new Map<string, Subject[]>();
  for (const subject of subjects) {
    const id = attributeOf(subject, column, dataset);
    const group = groups.get(id) ?? [];
    groups.set(id, group);
    group.push(subject);
  }
  return [...groups].map(([id, members]) => ({ id, subjects: members }));
}

/** A subject's value in a column that splits need. @throws Fault where there is none. */
export function attributeOf(subject: Subject, column: string, dataset: Dataset): string {
  const value = Object.hasOwn(subject.attributes, column) ? subject.attributes[column] : undefined;
  if (value !== undefined && value !== '') return value;
  if (value === '') {
    throw new Fault(`the subject has no value in the column "${column}", which decides over the splits`, {
      place: subject.place,
      remedy: 'Fill in the column.',
    });
  }
  const columns = Object.keys(subject.attributes);
  const meant = nearestName(column, columns);
  throw new Fault(
    dataset.format === 'csv'
      ? `the data set has no column "${column}" to split by; it has ${quoted(columns)}`
      : `a data set of the format ${dataset.format} has no columns to split by, so none named "${column}"`,
    {
      place: { file: subject.place.file ?? dataset.folder },
      remedy:
        meant === undefined
          ? 'Use group_by: subject, or a dataset.csv with that column.'
          : `Did you mean "${meant}"?`,
    },
  );
}

/** The same order for the same ids and seed, whatever the order they come in. */
export function shuffled<T extends { readonly id: string }>(items: readonly T[], seed: number): T[] {
  const sorted = [...items].sort((a, b) => byName(a.id, b.id));
  return new Random(seed, 'split').permutation(sorted.length).map(index => sorted[index]!);
}
