import type { Configuration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import { Fault } from '../../foundation/fault.ts';
import { readSplit } from '../run-split.ts';
import { readOutputs } from './combine-outputs.ts';

/**
 * Sees to it that members can vote, before any of them is trained.
 * @throws Fault for votes on numbers, which have no classes to vote for
 */
export function requireFittingMethod(settings: Configuration, method: EnsembleMethod): void {
  if (method !== 'majority' || settings.task === 'segmentation' || tellsClasses(settings)) return;
  throw new Fault('there is no majority of numbers: members can vote for classes only', {
    remedy: 'Take the method mean or weighted.',
  });
}

/**
 * Sees to it that what members say of the test subjects is there: of tasks without structures it is not computed again.
 * @throws Fault which names the first member that was not evaluated on them
 */
export async function requireTestOutputs(settings: Configuration, members: readonly string[]): Promise<void> {
  if (settings.task === 'segmentation') return;
  const { test } = await readSplit(members[0]!);
  if (test.length === 0) return;
  for (const run of members) await readOutputs(run, 'test');
}
