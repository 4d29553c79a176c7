import { metricTitle } from '../contracts/metric-names.ts';
import type { Manifest } from '../contracts/run.ts';
import type { RowJob, RunRow, RunScore } from '../contracts/runs-table.ts';
import { secondsAtWork } from '../contracts/time-at-work.ts';
import type { Run } from './run-folder.ts';

/** What a run is called in lists: its name, and which part of its parent it is, counted as its folder is named. */
export const titleOf = ({
  name,
  fold,
  trial,
  kind,
  parent,
}: Pick<RunRow, 'name' | 'fold' | 'trial' | 'kind' | 'parent'>): string =>
  trial !== undefined
    ? `trial ${trial + 1}`
    : fold !== undefined
      ? `fold ${fold}`
      : kind === 'ensemble' && parent !== undefined
        ? 'ensemble'
        : name;

/** The same where nothing else says of what it is a part: `lung, fold 2`. */
export function fullTitleOf(row: Pick<RunRow, 'name' | 'fold' | 'trial' | 'kind' | 'parent'>): string {
  const title = titleOf(row);
  return title === row.name ? title : `${row.name}, ${title}`;
}

/** A run as lists show it. */
export function rowOf({ folder, manifest, status, tags, note, stepsDone }: Run): RunRow {
  const { name, task, startedAt, best, results, plan, configuration, seed, error } = manifest;
  const { kind, parent, fold, trial } = manifest;
  const seconds = secondsAtWork(manifest);
  const score = scoreOf(best, results);
  const done = plan && stepsDone !== undefined ? Math.floor(stepsDone / plan.stepsPerEpoch) : undefined;
  return {
    folder,
    name,
    task,
    status,
    startedAt,
    tags,
    note,
    seed,
    configuration: configuration.file,
    ...(seconds !== undefined && status !== 'running' && { seconds }),
    ...(score && { score }),
    ...(kind !== undefined && { kind }),
    ...(parent !== undefined && { parent }),
    ...(fold !== undefined && { fold }),
    ...(trial !== undefined && { trial }),
    ...(plan && { epochs: plan.epochs }),
    ...(done !== undefined && status !== 'running' && done < plan!.epochs && { epochsDone: done }),
    ...(error !== undefined && { error }),
    ...(manifest.azure && { job: jobOf(manifest.azure) }),
  };
}

/** A job as lists and panels tell of it. */
export function jobOf({ job, status, reason, page, broughtAt }: NonNullable<Manifest['azure']>): RowJob {
  return {
    name: job,
    status,
    brought: broughtAt !== undefined,
    ...(reason !== undefined && { reason }),
    ...(page !== undefined && { page }),
  };
}

/** What a job does before its training has begun: `Queued: all 4 nodes of gpu are in use`. */
export const waitingText = ({ status, reason }: RowJob): string =>
  reason === undefined ? status : `${status}: ${reason}`;

/**
 * What a run is judged by: the measure that chose its best validation (of `validation/Dice/AverageAcrossStructures`,
 * `Dice`), on the test split where that was predicted.
 */
function scoreOf(best: Manifest['best'], results: Manifest['results']): RunScore | undefined {
  const tested = Object.keys(results)
    .filter(key => key.startsWith('test/'))
    .map(key => key.slice('test/'.length));
  const name = best?.metric.split('/')[1] ?? tested[0];
  if (name === undefined) return undefined;
  const test = results[`test/${name}`];
  if (typeof test === 'number') return { name, split: 'test', value: test };
  return best && { name, split: 'validation', value: best.value };
}

/** A score as lists show it: `test Dice 0.906`. */
export const scoreText = ({ name, split, value }: RunScore, digits = 3): string =>
  `${split === 'test' ? 'test' : 'val.'} ${metricTitle(name)} ${value.toFixed(digits)}`;

/** Epochs as lists show them: `12 of 400` where a run has ended before its last one; empty where none are planned. */
export const epochsText = ({ epochs, epochsDone }: RunRow): string =>
  epochs === undefined ? '' : epochsDone === undefined ? String(epochs) : `${epochsDone} of ${epochs}`;
