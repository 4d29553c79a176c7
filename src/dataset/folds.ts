import type { SplitsSettings } from '../config/schema/configuration.ts';
import type { TargetKind } from '../config/tells-classes.ts';
import { Fault } from '../foundation/fault.ts';
import type { Dataset, Split } from './dataset.ts';
import { groupSubjects, shuffled } from './groups.ts';
import { splitSubjects } from './splits.ts';
import { divideEvenly, strataOf } from './strata.ts';

/**
 * The splits of a cross-validation: the test subjects are those of `splitSubjects` in every fold; the others are divided
 * into parts of about equal size and like make-up (see `strataOf`), one of which validates while the rest train. Groups
 * are never divided, and every subject validates exactly once.
 * @param targets what the targets of the subjects are
 * @throws Fault where there are fewer groups than folds.
 */
export async function foldSplits(
  dataset: Dataset,
  splits: SplitsSettings,
  folds: number,
  { targets }: { targets?: TargetKind } = {},
): Promise<Split[]> {
  if (!Number.isInteger(folds) || folds < 2) throw new RangeError(`${folds} folds`);
  const { train, validation, test } = await splitSubjects(dataset, splits, { targets });
  const subjects = [...train, ...validation];
  const groups = shuffled(groupSubjects(subjects, splits, dataset), splits.seed);
  if (groups.length < folds) {
    throw new Fault(`${groups.length} groups of subjects cannot be divided into ${folds} folds`, {
      place: { file: dataset.folder },
      remedy: 'Use fewer folds; every fold needs a group to validate on.',
    });
  }
  const stratumOf = strataOf(subjects, splits, dataset, targets);
  return divideEvenly(groups, folds, stratumOf).map(part => {
    const validating = new Set(part);
    const training = new Set(subjects.filter(subject => !validating.has(subject)));
    return {
      train: dataset.subjects.filter(subject => training.has(subject)),
      validation: dataset.subjects.filter(subject => validating.has(subject)),
      test,
    };
  });
}

/**
 * The split of one fold of cross-validation; see `foldSplits`.
 * @param index fold, from 0.
 */
export async function foldSplit(
  dataset: Dataset,
  splits: SplitsSettings,
  folds: number,
  index: number,
  options: { targets?: TargetKind } = {},
): Promise<Split> {
  const all = await foldSplits(dataset, splits, folds, options);
  const split = all[index];
  if (split === undefined) throw new RangeError(`fold ${index} of ${folds}`);
  return split;
}
