import type { DatasetSettings } from '../config/schema/configuration.ts';
import { SPLIT_NAMES } from './assignment.ts';
import type { Dataset, Finding, Split, Subject } from './dataset.ts';
import { examineSubject } from './examine-subject.ts';
import { inParallel } from './in-parallel.ts';

export interface ValidationOptions {
  /** Also checks that training and validation have what they need. */
  readonly split?: Split;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Subjects read at a time: enough to read one while the other is inflated, whatever the size of the data set. */
const CONCURRENCY = 2;

/**
 * Reads every subject and reports everything that is wrong, in the order of the data set; it never stops at the first.
 * @throws the signal's reason where it is aborted; faults of the data do not throw.
 */
export async function validateDataset(
  dataset: Dataset,
  settings: DatasetSettings,
  { split, onProgress, signal }: ValidationOptions = {},
): Promise<Finding[]> {
  let done = 0;
  const examined = await inParallel(dataset.subjects, CONCURRENCY, async subject => {
    signal?.throwIfAborted();
    const { findings, loaded } = await examineSubject(subject, settings);
    onProgress?.(++done, dataset.subjects.length);
    return { findings, voxels: loaded && countClasses(loaded.labels, settings.structures.length) };
  });
  const voxels = new Map(dataset.subjects.map((subject, index) => [subject, examined[index]!.voxels]));
  return [
    ...examined.flatMap(({ findings }) => findings),
    ...(settings.structures.length > 0 ? unlabelled(dataset) : []),
    ...(split === undefined ? [] : findingsOfSplit(dataset, split, settings, voxels)),
  ];
}

/** Voxels of each structure; undefined where the subject has no labels. */
function countClasses(labels: Uint8Array | undefined, structures: number): number[] | undefined {
  if (labels === undefined) return undefined;
  const counts = new Array<number>(structures + 1).fill(0);
  for (const label of labels) counts[label]!++;
  return counts.slice(1);
}

function unlabelled({ subjects, folder }: Dataset): Finding[] {
  const without = subjects.filter(({ labels }) => labels === undefined);
  if (without.length === 0) return [];
  const some = without.slice(0, 5).map(({ id }) => `"${id}"`);
  return [
    {
      severity: 'warning',
      message: `${without.length} of ${subjects.length} subjects have no structures and are in no split: ${some.join(', ')}${without.length > some.length ? ', …' : ''}`,
      place: without.length === 1 ? without[0]!.place : { file: folder },
      remedy: 'They can only be predicted; add their label maps if they are meant to train.',
    },
  ];
}

function findingsOfSplit(
  dataset: Dataset,
  split: Split,
  { structures, splits }: DatasetSettings,
  voxels: ReadonlyMap<Subject, readonly number[] | undefined>,
): Finding[] {
  const place = { file: dataset.folder };
  const findings: Finding[] = [];
  for (const name of SPLIT_NAMES) {
    const subjects = split[name];
    // A share that could not be given is warned of for every task.
    const meant = splits.validation === 0 || splits.ids !== undefined || splits.file !== undefined;
    if (subjects.length === 0 && name === 'validation' && meant) {
      findings.push({
        severity: 'warning',
        message: 'the split validation has no subjects',
        place,
        remedy:
          'Without validation the last checkpoint counts as the best; give dataset.splits.validation a share.',
      });
    }
    const readable = subjects.filter(subject => voxels.get(subject) !== undefined);
    if (readable.length === 0) continue;
    for (const [index, structure] of structures.entries()) {
      if (readable.some(subject => voxels.get(subject)![index]! > 0)) continue;
      findings.push({
        severity: name === 'train' ? 'error' : 'warning',
        message: `no subject of the split ${name} has the structure "${structure.name}"`,
        place,
        remedy: 'Choose another seed or larger shares in dataset.splits, or leave the structure out.',
      });
    }
  }
  return findings;
}
