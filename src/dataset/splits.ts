import type { SplitsSettings } from '../config/schema/configuration.ts';
import type { TargetKind } from '../config/tells-classes.ts';
import { Fault } from '../foundation/fault.ts';
import { type Assignment, flat, SPLIT_NAMES } from './assignment.ts';
import { assignByStrata } from './balance.ts';
import { type Dataset, isLabelled, type Split, type SplitName } from './dataset.ts';
import { type Group, groupSubjects, shuffled } from './groups.ts';
import { splitByInstitution } from './institutions.ts';
import { splitsFromFile, splitsFromIds } from './named-splits.ts';
import { assignByProportions } from './proportions.ts';
import { strataOf } from './strata.ts';

/**
 * Divides the subjects that have structures into training, validation and test. Groups (`group_by`) are never divided,
 * so nothing leaks; the result depends on the ids and the seed alone, not on the order of the rows.
 * @param options `targets`: each class, or each quarter of the numbers, is spread over the splits by their shares, unless
 * `stratify_by` names a column
 * @throws Fault for an id that is unknown, a column that is missing, a group on two sides, or nothing to train on.
 */
export async function splitSubjects(
  dataset: Dataset,
  splits: SplitsSettings,
  { targets }: { targets?: TargetKind } = {},
): Promise<Split> {
  const labelled = dataset.subjects.filter(isLabelled);
  if (labelled.length === 0) {
    throw new Fault('no subject of the data set has anything to learn from', {
      place: { file: dataset.folder },
      remedy:
        'Check the names of the structures in the configuration and where the label maps lie, or the column of the targets.',
    });
  }
  const named =
    splits.ids !== undefined
      ? splitsFromIds(dataset, splits.ids)
      : splits.file !== undefined
        ? await splitsFromFile(dataset, splits.file)
        : undefined;
  const groups = groupSubjects(named === undefined ? labelled : [...named.keys()], splits, dataset);
  if (named !== undefined) refuseDividedGroups(groups, named, splits.group_by);
  const assignment =
    named ??
    (splits.institutions === undefined
      ? flat(assignByShares(shuffled(groups, splits.seed), splits, dataset, targets))
      : splitByInstitution(groups, splits, splits.institutions, dataset));
  const split = inOrder(dataset, restricted(assignment, splits));
  if (split.train.length === 0) {
    throw new Fault('the split leaves no subject to train on', {
      place: { file: dataset.folder },
      remedy: `There are ${labelled.length} labelled subjects in ${groups.length} groups; mend dataset.splits.`,
    });
  }
  return split;
}

/** Divides the groups by the shares, spread by their strata; a group of several strata counts as the first of them. */
function assignByShares(
  groups: readonly Group[],
  splits: SplitsSettings,
  dataset: Dataset,
  targets: TargetKind,
): Map<Group, SplitName> {
  if (splits.stratify_by === undefined && targets === undefined) return assignByProportions(groups, splits);
  const subjects = groups.flatMap(group => group.subjects);
  const stratumOf = strataOf(subjects, splits, dataset, targets);
  const strata = new Map<string, Group[]>();
  for (const group of groups) {
    const stratum = group.subjects.map(stratumOf).sort()[0]!;
    strata.set(stratum, [...(strata.get(stratum) ?? []), group]);
  }
  return assignByStrata([...strata.values()], splits);
}

/** Subjects of each split in the order of the data set. */
function inOrder(dataset: Dataset, assignment: Assignment): Split {
  const of = (name: SplitName) => dataset.subjects.filter(subject => assignment.get(subject) === name);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** Keeps the first few subjects of each split, in an order that the seed decides. */
function restricted(assignment: Assignment, { restrict, seed }: SplitsSettings): Assignment {
  if (restrict === undefined) return assignment;
  const kept = SPLIT_NAMES.flatMap(name => {
    const subjects = [...assignment.keys()].filter(subject => assignment.get(subject) === name);
    return shuffled(subjects, seed)
      .slice(0, restrict[name])
      .map(subject => [subject, name] as const);
  });
  return new Map(kept);
}

function refuseDividedGroups(groups: readonly Group[], assignment: Assignment, column: string): void {
  for (const { id, subjects } of groups) {
    const first = subjects[0]!;
    const other = subjects.find(subject => assignment.get(subject) !== assignment.get(first));
    if (other === undefined) continue;
    throw new Fault(
      `"${first.id}" (${assignment.get(first)}) and "${other.id}" (${assignment.get(other)}) both have ${column} "${id}": the split would leak`,
      { place: other.place, remedy: 'Put both on one side, or set group_by: subject.' },
    );
  }
}
