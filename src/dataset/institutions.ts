import type { SplitsSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { type Assignment, flat } from './assignment.ts';
import type { Dataset, SplitName } from './dataset.ts';
import { byName } from './folder-listing.ts';
import { attributeOf, type Group, shuffled } from './groups.ts';
import { requireKnown } from './known-ids.ts';
import { assignByProportions } from './proportions.ts';

const COLUMN = 'institutionId';

/**
 * InnerEye's split by institutions: some are left out, some test only, and each of the others is divided by the
 * proportions on its own, so that every split sees every institution.
 * @throws Fault for an institution or subject that is not there, or a group that spans institutions.
 */
export function splitByInstitution(
  groups: readonly Group[],
  splits: SplitsSettings,
  { exclude, test_only, subjects_for_test_only }: NonNullable<SplitsSettings['institutions']>,
  dataset: Dataset,
): Assignment {
  const institutions = new Map<string, Group[]>();
  for (const group of groups) {
    const id = institutionOf(group, dataset);
    const members = institutions.get(id) ?? [];
    institutions.set(id, members);
    members.push(group);
  }
  requireKnown([...exclude, ...test_only], [...institutions.keys()], 'institution', dataset);
  requireKnown(
    subjects_for_test_only,
    dataset.subjects.map(({ id }) => id),
    'subject',
    dataset,
  );
  const assigned = new Map<Group, SplitName>();
  for (const [id, members] of [...institutions].sort(([a], [b]) => byName(a, b))) {
    if (exclude.includes(id)) continue;
    const forTest = (group: Group) =>
      test_only.includes(id) || group.subjects.some(subject => subjects_for_test_only.includes(subject.id));
    for (const group of members.filter(forTest)) assigned.set(group, 'test');
    const others = members.filter(group => !forTest(group));
    for (const [group, name] of assignByProportions(shuffled(others, splits.seed), splits)) {
      assigned.set(group, name);
    }
  }
  return flat(assigned);
}

function institutionOf({ id, subjects }: Group, dataset: Dataset): string {
  const first = attributeOf(subjects[0]!, COLUMN, dataset);
  for (const subject of subjects) {
    const other = attributeOf(subject, COLUMN, dataset);
    if (other === first) continue;
    throw new Fault(`the group "${id}" has subjects of two institutions, "${first}" and "${other}"`, {
      place: subject.place,
      remedy: 'Groups are not divided: give its subjects one institutionId, or split without institutions.',
    });
  }
  return first;
}
