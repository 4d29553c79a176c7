import { join } from 'node:path';
import type { Dataset, Split, SplitName, Subject } from '../dataset/dataset.ts';
import { readTable } from '../dataset/table.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { formatCsv, unguardCsvText } from '../foundation/csv.ts';

/** Names that InnerEye gives the parts of a data set. */
const FILES = {
  train: 'train_dataset.csv',
  validation: 'val_dataset.csv',
  test: 'test_dataset.csv',
} as const;
/** All subjects that a run used. */
const ALL_FILE = 'dataset.csv';
export const DATASET_FILES: readonly string[] = [ALL_FILE, ...Object.values(FILES)];

/** Writes which subjects and files the run used: InnerEye's `dataset.csv` and its three parts. */
export async function writeDatasetFiles(folder: string, dataset: Dataset, split: Split): Promise<void> {
  await writeFileAtomically(join(folder, ALL_FILE), formatSubjects(dataset.subjects));
  for (const name of ['train', 'validation', 'test'] as const) {
    await writeFileAtomically(join(folder, FILES[name]), formatSubjects(split[name]));
  }
}

/**
 * Ids of the subjects that a run had in a split.
 * @throws Fault where the run's list is missing or broken.
 */
export async function subjectsOfSplit(runFolder: string, split: SplitName): Promise<Set<string>> {
  const { rows } = await readTable(join(runFolder, FILES[split]));
  return new Set(rows.map(({ cells }) => unguardCsvText(cells.get('subject')!)));
}

function formatSubjects(subjects: readonly Subject[]): string {
  const own = ['subject', 'filePath', 'channel'];
  const attributes = [...new Set(subjects.flatMap(subject => Object.keys(subject.attributes)))].filter(
    name => !own.includes(name),
  );
  const rows = subjects.flatMap(subject =>
    // A subject of a table without files has a row too: it was used.
    [...filesOf(subject), ...(hasFiles(subject) ? [] : [['', ''] as const])].map(([file, channel]) => [
      subject.id,
      file,
      channel,
      ...attributes.map(name => subject.attributes[name] ?? ''),
    ]),
  );
  return formatCsv([...own, ...attributes], rows);
}

const hasFiles = (subject: Subject): boolean => filesOf(subject).length > 0;

/** All files of a subject, and what each is. */
export function filesOf({ images, labels, mask, visits }: Subject): [file: string, channel: string][] {
  const structures =
    labels === undefined
      ? []
      : labels.kind === 'map'
        ? [labels.source]
        : labels.sources.filter(source => source !== undefined);
  return [
    ...images.map((source, index): [string, string] => [source.file, `image${index}`]),
    ...structures.map((source, index): [string, string] => [
      source.file,
      labels!.kind === 'map' ? 'labels' : `structure${index}`,
    ]),
    ...(mask ? [[mask.file, 'mask'] as [string, string]] : []),
    ...(visits ?? []).flatMap(visit =>
      visit.images.map((source, index): [string, string] => [
        source.file,
        `visit${visit.position}_image${index}`,
      ]),
    ),
  ];
}
