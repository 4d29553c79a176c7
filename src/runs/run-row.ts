import type { RunRow } from '../contracts/runs-table.ts';
import type { Run } from './run-folder.ts';

/** What a run is called in lists: its name, and which part of its parent it is, counted as its folder is named. */
export const titleOf = ({ name, fold, trial }: Pick<RunRow, 'name' | 'fold' | 'trial'>): string =>
  trial !== undefined ? `trial ${trial + 1}` : fold !== undefined ? `fold ${fold}` : name;

/** A run as lists show it. */
export function rowOf({ folder, manifest, status, tags, note }: Run): RunRow {
  const { name, startedAt, finishedAt, best, results, plan, configuration, seed, error } = manifest;
  const { kind, parent, fold, trial } = manifest;
  const test = results['test/Dice'];
  const dice = test ?? best?.value;
  return {
    folder,
    name,
    status,
    startedAt,
    tags,
    note,
    seed,
    configuration: configuration.file,
    ...(finishedAt !== undefined &&
      status !== 'running' && { seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 }),
    ...(dice !== undefined && {
      dice,
      diceSplit: typeof test === 'number' ? ('test' as const) : ('validation' as const),
    }),
    ...(kind !== undefined && { kind }),
    ...(parent !== undefined && { parent }),
    ...(fold !== undefined && { fold }),
    ...(trial !== undefined && { trial }),
    ...(plan && { epochs: plan.epochs }),
    ...(error !== undefined && { error }),
  };
}
