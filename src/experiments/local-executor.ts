import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../contracts/run.ts';
import { isSurely } from '../foundation/process-identity.ts';
import { openRun, type Run } from '../runs/run-folder.ts';
import type { Machine } from './concurrency.ts';
import type { Concurrency, Executor, WorkItem, WorkOutcome, WorkWatch } from './executor.ts';
import { RunFollower } from './run-follower.ts';
import { type CommandLine, lastLines, signalProcess, startProcess } from './training-process.ts';

/** How often a training is looked at. */
const POLL_MILLISECONDS = 300;

export interface LocalOptions {
  readonly concurrency: Concurrency;
  /** How `innereye` is called. */
  readonly command: CommandLine;
  /** GPUs to deal out, one to a training; empty where they compute on the processor. */
  readonly gpus?: Machine['gpus'];
}

/**
 * Makes trainings on this machine, each `innereye train` in a process of its own. Such a process goes on where this one
 * is killed; called again, the executor finds it by its run and waits for it.
 */
export function localExecutor({ concurrency, command, gpus = [] }: LocalOptions): Executor {
  const idle = [...gpus];
  return {
    concurrency,
    run: async (item, watch) => {
      const before = await openIfThere(item.folder);
      if (before?.status === 'completed') {
        await follow(item, watch, async () => true);
        return { status: 'completed' };
      }
      if (before?.status === 'running') return waitForOther(item, watch);
      if (watch.signal.aborted) return { status: 'cancelled' };
      const gpu = idle.shift();
      try {
        return await runChild(item, before, watch, command, gpu);
      } finally {
        if (gpu !== undefined) idle.push(gpu);
      }
    },
  };
}

/** Starts a training, or goes on with it, and sees it to its end. */
async function runChild(
  item: WorkItem,
  before: Run | undefined,
  watch: WorkWatch,
  command: CommandLine,
  gpu: string | undefined,
): Promise<WorkOutcome> {
  const log = `${item.folder}.log`;
  const environment = gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu };
  const child = startProcess(command, argumentsFor(item, before), log, environment);
  let code: number | undefined;
  let running = true;
  const ended = child.ended.then(found => {
    code = found;
    running = false;
  });
  const endWithUs = endsWithThisProcess(child.pid, watch.signal);
  try {
    await follow(
      item,
      watch,
      async () => !running,
      () => signalProcess(child.pid, 'SIGTERM'),
      ended,
    );
  } finally {
    endWithUs();
  }
  const after = await openIfThere(item.folder);
  // What stands in the manifest is from before where the training did not get as far as to write it.
  const isNew = after !== undefined && after.manifest.process.pid === child.pid;
  if (isNew && after.manifest.status !== 'running') return outcomeOf(after.manifest);
  if (watch.signal.aborted) return { status: 'cancelled' };
  const words = await lastLines(log);
  const how =
    code === undefined ? 'the process was ended from outside' : `the process ended with code ${code}`;
  return { status: 'failed', error: words === '' ? how : words };
}

/** The arguments of `innereye`: a run that has begun is gone on with as it was begun. */
export function argumentsFor(item: WorkItem, before: Run | undefined): string[] {
  const { configuration, folder, overrides, options = [] } = item;
  if (before !== undefined) return ['train', configuration, '--resume', folder];
  const set = overrides.flatMap(override => ['--set', override]);
  return ['train', configuration, '--run-folder', folder, ...set, ...options];
}

/**
 * Waits for a training that another process started. Asked to stop, it asks that training too, but for one on another
 * machine, or whose number may be another process's by now: that is let be, and no longer waited for.
 */
async function waitForOther(item: WorkItem, watch: WorkWatch): Promise<WorkOutcome> {
  let run = await openIfThere(item.folder);
  const training = run && isSurely(run.manifest.process) ? run.manifest.process : undefined;
  await follow(
    item,
    watch,
    async () => {
      run = await openIfThere(item.folder);
      return run?.status !== 'running' || (watch.signal.aborted && training === undefined);
    },
    () => signalProcess(training?.pid, 'SIGTERM'),
  );
  if (run?.status === 'running') return { status: 'cancelled' };
  return run === undefined || run.status === 'interrupted'
    ? { status: watch.signal.aborted ? 'cancelled' : 'failed', error: 'the process was ended from outside' }
    : outcomeOf(run.manifest);
}

/** Tells the watcher what happens in a run until it has ended; asks it to end where the signal says so. */
async function follow(
  { folder }: WorkItem,
  { signal, onEvents }: WorkWatch,
  hasEnded: () => Promise<boolean>,
  ask: () => void = () => {},
  ended?: Promise<void>,
): Promise<void> {
  const follower = new RunFollower(folder);
  let asked = false;
  for (;;) {
    // Asked before reading, so that what was written last is read too.
    const over = await hasEnded();
    if (await follower.read()) onEvents?.(follower.events);
    if (over) return;
    if (signal.aborted && !asked) {
      asked = true;
      ask();
    }
    await Promise.race([sleep(POLL_MILLISECONDS), ...(ended ? [ended] : [])]);
  }
}

/** A second Ctrl-C ends this process at once; what it was waiting for then goes with it. */
function endsWithThisProcess(pid: number | undefined, signal: AbortSignal): () => void {
  const end = () => {
    if (signal.aborted && pid !== undefined) signalProcess(pid, 'SIGKILL');
  };
  process.on('exit', end);
  return () => process.off('exit', end);
}

function outcomeOf({ status, error }: Manifest): WorkOutcome {
  if (status === 'completed' || status === 'cancelled') return { status };
  return { status: 'failed', error: error ?? 'it did not say why' };
}

/** The run in a folder; undefined where none was begun. */
const openIfThere = (folder: string): Promise<Run | undefined> => openRun(folder).catch(() => undefined);
