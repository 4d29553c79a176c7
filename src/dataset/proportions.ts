import type { SplitsSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { SplitName } from './dataset.ts';
import type { Group } from './groups.ts';

/** A split, or the rest that is left out where the shares add up to less than 1. */
export type Bin = SplitName | 'rest';

/** The shares above 0, of the rest too. @throws Fault where they add up to more than 1, or to 0. */
export function sharesOf({ train, validation, test }: Pick<SplitsSettings, SplitName>): Map<Bin, number> {
  const total = train + validation + test;
  if (total > 1 + 1e-9 || total === 0) {
    throw new Fault(`the shares of train, validation and test add up to ${Number(total.toPrecision(6))}`, {
      remedy:
        'They are parts of one: set dataset.splits so that they add up to 1, or less to leave some out.',
    });
  }
  const shares: readonly (readonly [Bin, number])[] = [
    ['train', train],
    ['validation', validation],
    ['test', test],
    ['rest', Math.max(0, 1 - total)],
  ];
  return new Map(shares.filter(([, share]) => share > 1e-9));
}

/**
 * Gives each group, one after the other, to the split that is furthest below its share of the subjects. Every share
 * above 0 gets at least one group if there are enough.
 * @throws Fault where the shares add up to more than 1, or to 0.
 */
export function assignByProportions(
  groups: readonly Group[],
  shares: Pick<SplitsSettings, SplitName>,
): Map<Group, SplitName> {
  const count = groups.reduce((sum, { subjects }) => sum + subjects.length, 0);
  const lacking = new Map([...sharesOf(shares)].map(([bin, share]) => [bin, share * count]));
  const assigned = new Map<Group, Bin>();
  for (const group of groups) {
    const bin = [...lacking].reduce((best, entry) => (entry[1] > best[1] + 1e-9 ? entry : best))[0];
    assigned.set(group, bin);
    lacking.set(bin, lacking.get(bin)! - group.subjects.length);
  }
  for (const bin of lacking.keys()) if (bin !== 'rest') fillEmpty(bin, assigned);
  return new Map([...assigned].filter((entry): entry is [Group, SplitName] => entry[1] !== 'rest'));
}

/** Moves the smallest group of the split that has most groups into one that got none; training comes first. */
function fillEmpty(bin: SplitName, assigned: Map<Group, Bin>): void {
  const groupsOf = (wanted: Bin) =>
    [...assigned].filter(([, name]) => name === wanted).map(([group]) => group);
  if (groupsOf(bin).length > 0) return;
  const richest = (['train', 'validation', 'test', 'rest'] as const)
    .map(groupsOf)
    .reduce((best, found) => (found.length > best.length ? found : best));
  if (richest.length < (bin === 'train' ? 1 : 2)) return;
  const smallest = richest.reduce((best, group) =>
    group.subjects.length < best.subjects.length ? group : best,
  );
  assigned.set(smallest, bin);
}
