import { appendFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEvents } from '../../contracts/event-history.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { asWriteFault } from '../../foundation/file-fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { isRunning } from '../../foundation/process-identity.ts';
import { JOB_LOG, RUN_FILES } from '../../runs/run-folder.ts';
import { type AzureWorkspace, hasEnded, type Job } from '../workspace.ts';
import { EventJoin } from './event-join.ts';
import { fetchResult } from './job-results.ts';
import { LogTail } from './log-tail.ts';
import { recordParts } from './part-runs.ts';
import { noteJob, noteLostSubmission, openJobRun } from './run-record.ts';
import { reasonToWait } from './waiting.ts';

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Whether what is heard is written into the run's folder; another process may do that. Default: true. */
  readonly record?: boolean;
  onJob?(job: Job, reason: string | undefined): void;
  onEvent?(event: RunEvent): void;
  /** A fold of a cross-validation or a trial of a search has begun; its run lies in this folder. */
  onPart?(folder: string): void;
  /** Lines of the log that are no events. */
  onLine?(line: string): void;
  /** Shortest and longest time between two looks. */
  readonly milliseconds?: { readonly least: number; readonly most: number };
}

/** The logs that a job's own program writes: alone, or as the first of several nodes. */
const PROGRAM_LOG = /^user_logs\/std_log(_worker_0|_process_0+)?\.txt$/;

/** An attempt that goes on with what another one began. */
const RESUMED = /^\{"sequence".*"type":"resumed"/;

/**
 * Follows a job until it has ended or `signal` is aborted: writes its events into the local folder of the run, so that
 * whoever reads local runs sees this one live. It looks often while something happens and seldom while nothing does, and
 * can be begun again at any time.
 */
export async function watchJob(
  workspace: AzureWorkspace,
  folder: string,
  options: WatchOptions,
): Promise<Job> {
  const { signal, record = true, onJob, onEvent, onLine, onPart } = options;
  const { milliseconds = { least: 2000, most: 60_000 } } = options;
  const { azure } = await openJobRun(folder);
  const events = join(folder, RUN_FILES.events);
  const joined = new EventJoin(parseEvents(await readFile(events, 'utf8').catch(() => '')));
  const tail = new LogTail();
  let pause = milliseconds.least;
  let told = '';
  while (true) {
    const job = await workspace.findJob(azure.job);
    if (!job) {
      if (await isBeingSubmitted(folder)) {
        await pauseFor(milliseconds.least, signal);
        if (signal.aborted) throw signal.reason;
        continue;
      }
      throw await noteLostSubmission(folder);
    }
    if (record) for (const part of await recordParts(workspace, folder)) onPart?.(part);
    const reason = await reasonToWait(workspace, job);
    const changed = told !== `${job.status} ${reason ?? ''}`;
    told = `${job.status} ${reason ?? ''}`;
    // The logs come after the status: what was written before the end is there.
    const lines = await newLines(workspace, azure.job, tail);
    // The log of an earlier attempt is gone with its node; what led to its last checkpoint was kept beside that.
    if (lines.some(line => RESUMED.test(line))) lines.unshift(...(await keptEvents(workspace, folder)));
    const found = lines.map(line => ({ line, event: joined.take(line) }));
    const fresh = found.flatMap(({ event }) => event ?? []);
    if (record) await append(events, fresh.map(event => `${JSON.stringify(event)}\n`).join(''));
    const other = found.filter(({ line, event }) => !event && !line.startsWith('{"sequence"'));
    if (record) await append(join(folder, JOB_LOG), other.map(({ line }) => `${line}\n`).join(''));
    for (const event of fresh) onEvent?.(event);
    for (const { line } of other) onLine?.(line);
    if (changed) {
      if (record) await noteJob(folder, job, reason);
      onJob?.(job, reason);
    }
    if (hasEnded(job)) return job;
    pause = changed || fresh.length > 0 ? milliseconds.least : Math.min(milliseconds.most, pause * 1.5);
    await pauseFor(pause, signal);
    if (signal.aborted) return job;
  }
}

/** Ends early where `signal` is aborted. */
const pauseFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});

/** The run is there before its job: a living process may be about to send it. */
async function isBeingSubmitted(folder: string): Promise<boolean> {
  const { manifest } = await openJobRun(folder);
  return manifest.azure?.status === 'NotStarted' && isRunning(manifest.process) === true;
}

async function newLines(workspace: AzureWorkspace, job: string, tail: LogTail): Promise<string[]> {
  const log = (await workspace.logs(job)).find(({ name }) => PROGRAM_LOG.test(name));
  return log ? tail.read(log) : [];
}

/** The events that the job keeps with its results. */
async function keptEvents(workspace: AzureWorkspace, folder: string): Promise<string[]> {
  const kept = await fetchResult(workspace, folder, RUN_FILES.events);
  return kept === undefined ? [] : kept.split('\n').slice(0, -1);
}

async function append(file: string, text: string): Promise<void> {
  if (text === '') return;
  try {
    await makeFolder(dirname(file));
    await appendFile(file, text);
  } catch (error) {
    throw asWriteFault(error, file);
  }
}
