import { basename, join } from 'node:path';
import { loadConfiguration, type ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { SearchState, SearchTrial } from '../../contracts/search.ts';
import { describeFault, Fault, Faults } from '../../foundation/fault.ts';
import { beginHeartbeat } from '../../runs/heartbeat.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import type { Executor, WorkItem, WorkOutcome } from '../executor.ts';
import { reasonToStop } from './early-stopping.ts';
import { measurementsIn } from './objective.ts';
import { suggest } from './sampler.ts';
import type { Search } from './search-folder.ts';
import { writeSearch } from './search-state.ts';
import type { Parameters } from './trial.ts';

/** Folder of the trials' runs in that of the search. */
const TRIALS = 'trials';

export interface SearchWatch {
  /** Aborted to stop after a checkpoint of each trial that is under way. */
  readonly signal: AbortSignal;
  /** Called with each trial that began, was measured or ended. */
  onTrial?(trial: SearchTrial, state: SearchState): void;
}

/**
 * Makes the trials of a search, and keeps its state in search.json after each step. Which trial comes next depends on
 * the trials that have ended; one that was interrupted is gone on with before a new one begins.
 * @returns the state in which the search ended, or was stopped
 * @throws what kept it from writing or telling, once the trials that were under way have been stopped
 */
export async function runSearch(
  search: Search,
  executor: Executor,
  watch: SearchWatch,
): Promise<SearchState> {
  const endHeartbeat = await beginHeartbeat(search.folder);
  try {
    return await makeTrials(search, executor, watch);
  } finally {
    await endHeartbeat();
  }
}

async function makeTrials(search: Search, executor: Executor, watch: SearchWatch): Promise<SearchState> {
  const trials = [...search.state.trials];
  const underWay = new Map<number, Promise<void>>();
  const failure = new AbortController();
  const signal = AbortSignal.any([watch.signal, failure.signal]);
  const fail = (error: unknown) => failure.abort(error);
  let writing: Promise<void> = Promise.resolve();
  const state = (): SearchState => ({ ...search.state, trials: [...trials] });
  const update = async (trial: SearchTrial): Promise<void> => {
    trials[trial.number] = trial;
    const now = state();
    watch.onTrial?.(trial, now);
    writing = writing.then(() => writeSearch(search.folder, now));
    await writing;
  };
  const start = async (trial: SearchTrial) => {
    await update(trial);
    underWay.set(
      trial.number,
      makeTrial(search, executor, trial, trials, { update, fail, signal })
        .catch(fail)
        .finally(() => underWay.delete(trial.number)),
    );
  };
  // What was under way when the search was interrupted, or could not be stopped then.
  const interrupted = trials.filter(({ status }) => status === 'running' || status === 'cancelled');
  /** Begins one or waits for one; false where there is none left. */
  const goOn = async (): Promise<boolean> => {
    const isFree = underWay.size < executor.concurrency.count;
    const again = isFree ? interrupted.shift() : undefined;
    if (again !== undefined) await start({ ...again, status: 'running' });
    else if (isFree && trials.length < search.state.total) {
      const trial = newTrial(search, trials);
      const invalid = await whatIsWrong(search.folder, trial.parameters);
      if (invalid === undefined) await start(trial);
      else await update({ ...trial, status: 'invalid', reason: invalid, finishedAt: trial.startedAt });
    } else if (underWay.size === 0) return false;
    else await Promise.race(underWay.values());
    return true;
  };
  try {
    while (!signal.aborted && (await goOn()));
  } catch (error) {
    fail(error);
  }
  await Promise.all(underWay.values());
  if (failure.signal.aborted) throw failure.signal.reason;
  await writing;
  return state();
}

function newTrial({ settings }: Search, trials: readonly SearchTrial[]): SearchTrial {
  const number = trials.length;
  return {
    number,
    parameters: suggest(settings, number, trials),
    status: 'running',
    measurements: [],
    run: `${TRIALS}/${String(number + 1).padStart(3, '0')}`,
    startedAt: new Date().toISOString(),
  };
}

/** Makes a trial, or goes on with it; ends when it has ended in whatever way. */
async function makeTrial(
  search: Search,
  executor: Executor,
  trial: SearchTrial,
  trials: readonly SearchTrial[],
  {
    update,
    fail,
    signal,
  }: { update(trial: SearchTrial): Promise<void>; fail(error: unknown): void; signal: AbortSignal },
): Promise<void> {
  const { settings: own } = await loadTrial(search.folder, trial.parameters);
  const stop = new AbortController();
  // The search may have been killed between the decision to stop a trial and its end.
  if (trial.reason !== undefined) stop.abort();
  const outcome = await executor.run(itemOf(search.folder, trial), {
    signal: AbortSignal.any([signal, stop.signal]),
    onEvents: events => {
      const measurements = measurementsIn(events, search.state.objective.metric);
      const before = trials[trial.number]!.measurements.at(-1)?.epoch ?? 0;
      // One after the other, as if the search had looked at each moment.
      for (const { epoch } of measurements.filter(one => one.epoch > before)) {
        if (stop.signal.aborted) return;
        const now = { ...trial, measurements: measurements.filter(one => one.epoch <= epoch) };
        const reason = reasonToStop(search.settings, now, trials, own.training.epochs);
        update({ ...now, ...(reason !== undefined && { reason }) }).catch(fail);
        if (reason !== undefined) stop.abort();
      }
    },
  });
  const { reason, ...last } = trials[trial.number]!;
  await update({ ...last, ...endOf(outcome, reason, signal.aborted), finishedAt: new Date().toISOString() });
}

/** How a trial that has ended stands in the search. */
function endOf(
  { status, error }: WorkOutcome,
  reason: string | undefined,
  interrupted: boolean,
): Pick<SearchTrial, 'status' | 'reason'> {
  if (status === 'completed') return { status };
  if (status === 'cancelled' && reason !== undefined) return { status: 'stopped', reason };
  if (status === 'cancelled' && interrupted) return { status: 'cancelled' };
  // Stopped by someone from outside: that is what became of it.
  if (status === 'cancelled') return { status: 'stopped', reason: 'it was stopped from outside' };
  return { status: 'failed', reason: error ?? 'it did not say why' };
}

/** The training of a trial. Its test split stays unseen: a search must not choose by it. */
export function itemOf(folder: string, { number, parameters, run }: SearchTrial): WorkItem {
  return {
    id: basename(run),
    kind: 'trial',
    configuration: join(folder, RUN_FILES.configuration),
    overrides: [...overridesOf(parameters), 'inference.splits=["validation"]'],
    options: ['--tag', `trial=${number + 1}`],
    parent: folder,
    folder: join(folder, run),
  };
}

/** Values of settings as `--set` takes them; JSON is YAML. */
export const overridesOf = (parameters: Parameters): string[] =>
  Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);

/** The settings of a trial. @throws Faults where they are invalid */
export const loadTrial = (folder: string, parameters: Parameters): Promise<ResolvedConfiguration> =>
  loadConfiguration(join(folder, RUN_FILES.configuration), { set: overridesOf(parameters) });

/** What is wrong with the configuration of a trial; undefined where it is sound. */
async function whatIsWrong(folder: string, parameters: Parameters): Promise<string | undefined> {
  try {
    await loadTrial(folder, parameters);
    return undefined;
  } catch (error) {
    if (error instanceof Faults) return error.faults.map(describeFault).join('\n');
    if (error instanceof Fault) return describeFault(error);
    throw error;
  }
}
