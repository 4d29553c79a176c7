import type { SplitsSettings } from '../config/schema/configuration.ts';
import type { SplitName } from './dataset.ts';
import type { Group } from './groups.ts';
import { assignByProportions, type Bin, sharesOf } from './proportions.ts';

type Shares = Pick<SplitsSettings, SplitName>;

/**
 * Divides the groups of each stratum by the shares, then mends what rounding in each stratum has added up to: splits come
 * within one group of their shares of all subjects, and every share above 0 has a group if there are enough. As few groups
 * as possible change sides, and those whose stratum becomes most even by it.
 * @throws Fault where the shares add up to more than 1, or to 0.
 */
export function assignByStrata(strata: readonly (readonly Group[])[], shares: Shares): Map<Group, SplitName> {
  const assigned = new Map<Group, Bin>();
  for (const stratum of strata) {
    const own = assignByProportions(stratum, shares);
    for (const group of stratum) assigned.set(group, own.get(group) ?? 'rest');
  }
  while (moveOne(strata, assigned, sharesOf(shares)));
  return new Map([...assigned].filter((entry): entry is [Group, SplitName] => entry[1] !== 'rest'));
}

/**
 * Moves a group to the split that is empty, else furthest below its share, from that which is furthest above. No split is
 * emptied, and the squared distances from the shares shrink with every other move, so that moves come to an end.
 * @returns whether there was one to move
 */
function moveOne(
  strata: readonly (readonly Group[])[],
  assigned: Map<Group, Bin>,
  shares: ReadonlyMap<Bin, number>,
): boolean {
  const inBin = (groups: readonly Group[], bin: Bin) => groups.filter(group => assigned.get(group) === bin);
  const lackOf = (groups: readonly Group[], bin: Bin) =>
    shares.get(bin)! * sizeOf(groups) - sizeOf(inBin(groups, bin));
  const all = [...assigned.keys()];
  const bins = [...shares.keys()].map(bin => ({
    bin,
    lack: lackOf(all, bin),
    groups: inBin(all, bin).length,
  }));
  const empty = bins.find(({ bin, groups }) => bin !== 'rest' && groups === 0);
  const below = empty ?? bins.reduce((most, one) => (one.lack > most.lack + 1e-9 ? one : most));
  const divisible = bins.filter(one => one !== below && one.groups > 1);
  if (divisible.length === 0) return false;
  const above = divisible.reduce((most, one) => (one.lack < most.lack - 1e-9 ? one : most));
  const oneGroup = sizeOf(all) / all.length + 1e-9;
  if (empty === undefined && Math.max(below.lack, -above.lack) <= oneGroup) return false;
  const movable = strata.flatMap(stratum => {
    const unevenness = lackOf(stratum, below.bin) - lackOf(stratum, above.bin);
    return inBin(stratum, above.bin)
      .filter(group => empty !== undefined || sizeOf([group]) < below.lack - above.lack - 1e-9)
      .map(group => ({ group, unevenness }));
  });
  if (movable.length === 0) return false;
  const { group } = movable.reduce((best, one) => (one.unevenness > best.unevenness + 1e-9 ? one : best));
  assigned.set(group, below.bin);
  return true;
}

const sizeOf = (groups: readonly Group[]): number =>
  groups.reduce((sum, { subjects }) => sum + subjects.length, 0);
