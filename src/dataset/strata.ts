import type { SplitsSettings } from '../config/schema/configuration.ts';
import type { TargetKind } from '../config/tells-classes.ts';
import type { Dataset, Subject } from './dataset.ts';
import { attributeOf, type Group } from './groups.ts';
import { visitsOf } from './visits.ts';

const INSTITUTION = 'institutionId';

/**
 * What each subject is to be spread by over the folds: the column `stratify_by`; else its classes, in a
 * classification; else its institution, where all subjects have one; else nothing, which is one stratum.
 * @param targets what the targets of the subjects are; numbers are told apart by the quarter that the first lies in
 * @throws Fault where the column is missing or a subject has no value in it
 */
export function strataOf(
  subjects: readonly Subject[],
  { stratify_by: column }: Pick<SplitsSettings, 'stratify_by'>,
  dataset: Dataset,
  targets: TargetKind,
): (subject: Subject) => string {
  if (column !== undefined) return subject => attributeOf(subject, column, dataset);
  if (targets === 'classes') return subject => targetsOf(subject).join(' ');
  if (targets === 'numbers') return quartersOf(subjects);
  const known = subjects.every(({ attributes }) => (attributes[INSTITUTION] ?? '') !== '');
  return known ? ({ attributes }) => attributes[INSTITUTION]! : () => '';
}

/** The targets of a subject; of one with visits those of its last visit that has any. */
const targetsOf = (subject: Subject): readonly number[] =>
  visitsOf(subject)
    .map(({ values }) => values.targets)
    .findLast(targets => targets !== undefined) ?? [];

/** Which quarter of all subjects a subject lies in by its first target. */
function quartersOf(subjects: readonly Subject[]): (subject: Subject) => string {
  const order = subjects
    .map(subject => ({ subject, value: targetsOf(subject)[0] ?? 0 }))
    .sort((a, b) => a.value - b.value || (a.subject.id < b.subject.id ? -1 : 1));
  const quarters = new Map(
    order.map(({ subject }, rank) => [subject, String(Math.floor((4 * rank) / order.length))]),
  );
  return subject => quarters.get(subject)!;
}

/**
 * Divides groups into folds so that each stratum is spread evenly over them and folds are of about equal size. One
 * group after the other, those first that weigh most, goes where it leaves the strata most even, as scikit-learn's
 * StratifiedGroupKFold does; of equally good folds it goes to the smallest.
 */
export function divideEvenly(
  groups: readonly Group[],
  folds: number,
  stratumOf: (subject: Subject) => string,
): Subject[][] {
  const strata = [...new Set(groups.flatMap(({ subjects }) => subjects.map(stratumOf)))].sort();
  const indexOf = new Map(strata.map((stratum, index) => [stratum, index]));
  const counted = groups.map(({ subjects }) => {
    const counts = strata.map(() => 0);
    for (const subject of subjects) counts[indexOf.get(stratumOf(subject))!]!++;
    return { subjects, counts };
  });
  const totals = strata.map((_, at) => counted.reduce((sum, { counts }) => sum + counts[at]!, 0));
  const held = Array.from({ length: folds }, () => strata.map(() => 0));
  const parts: Subject[][] = held.map(() => []);
  const main = ({ counts }: { counts: readonly number[] }) => counts.indexOf(Math.max(...counts));
  const order = counted.toSorted((a, b) => b.subjects.length - a.subjects.length || main(a) - main(b));
  for (const { subjects, counts } of order) {
    const unevenness = held.map((_, fold) =>
      totals.reduce((sum, total, at) => {
        const shares = held.map((own, other) => (own[at]! + (other === fold ? counts[at]! : 0)) / total);
        return sum + spreadOf(shares);
      }, 0),
    );
    const least = Math.min(...unevenness);
    const best = parts
      .map((part, fold) => ({ fold, size: part.length }))
      .filter(({ fold }) => unevenness[fold]! <= least + 1e-9)
      .reduce((smallest, one) => (one.size < smallest.size ? one : smallest)).fold;
    parts[best]!.push(...subjects);
    counts.forEach((count, at) => {
      held[best]![at]! += count;
    });
  }
  return parts;
}

/** Population standard deviation. */
function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
