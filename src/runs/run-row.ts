import type { RunRow } from '../contracts/runs-table.ts';
import type { Run } from './run-folder.ts';

/** A run as lists show it. */
export function rowOf({ folder, manifest, status, tags, note }: Run): RunRow {
  const { name, startedAt, finishedAt, best, results, plan, configuration, seed, error } = manifest;
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
    ...(plan && { epochs: plan.epochs }),
    ...(error !== undefined && { error }),
  };
}
