import type { SplitsSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { Dataset, Split, Subject } from './dataset.ts';
import { groupSubjects, shuffled } from './groups.ts';
import { splitSubjects } from './splits.ts';

/**
 * The split of one fold of cross-validation: the test subjects are those of `splitSubjects` in every fold; the others
 * are divided into `folds` parts of about equal size, one of which validates while the rest train. Groups are never
 * divided, and every subject validates exactly once.
 * @param index fold, from 0.
 * @throws Fault where there are fewer groups than folds.
 */
export async function foldSplit(
  dataset: Dataset,
  splits: SplitsSettings,
  folds: number,
  index: number,
): Promise<Split> {
  if (!Number.isInteger(folds) || folds < 2) throw new RangeError(`${folds} folds`);
  if (!Number.isInteger(index) || index < 0 || index >= folds)
    throw new RangeError(`fold ${index} of ${folds}`);
  const { train, validation, test } = await splitSubjects(dataset, splits);
  const groups = shuffled(groupSubjects([...train, ...validation], splits, dataset), splits.seed);
  if (groups.length < folds) {
    throw new Fault(`${groups.length} groups of subjects cannot be divided into ${folds} folds`, {
      place: { file: dataset.folder },
      remedy: 'Use fewer folds; every fold needs a group to validate on.',
    });
  }
  // Large groups first, each into the smallest fold so far, as scikit-learn's GroupKFold.
  const parts = Array.from({ length: folds }, () => new Set<Subject>());
  for (const { subjects } of groups.toSorted((a, b) => b.subjects.length - a.subjects.length)) {
    const smallest = parts.reduce((best, part) => (part.size < best.size ? part : best));
    for (const subject of subjects) smallest.add(subject);
  }
  const rest = new Set([...train, ...validation].filter(subject => !parts[index]!.has(subject)));
  return {
    train: dataset.subjects.filter(subject => rest.has(subject)),
    validation: dataset.subjects.filter(subject => parts[index]!.has(subject)),
    test,
  };
}
