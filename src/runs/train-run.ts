import { copyFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { formatResolved, hashSettings } from '../config/format-resolved.ts';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import type { NewEvent, RunEvent } from '../contracts/events.ts';
import type { Manifest } from '../contracts/run.ts';
import { SPLIT_FILE } from '../contracts/split.ts';
import { secondsUntil } from '../contracts/time-at-work.ts';
import type { Cluster } from '../engine/cluster.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { withLock } from '../foundation/lock-file.ts';
import { thisProcess } from '../foundation/process-identity.ts';
import { isStop } from '../foundation/stop.ts';
import { version } from '../foundation/version.ts';
import { loadReportData } from '../report/load-report-data.ts';
import { writeReport } from '../report/write-report.ts';
import { placeInParent } from './child-runs.ts';
import { EventWriter } from './event-writer.ts';
import { foldSettings, withFoldSeed } from './fold-settings.ts';
import { beginHeartbeat } from './heartbeat.ts';
import {
  claimRunFolder,
  createRunFolder,
  openRun,
  RUN_FILES,
  reportFile,
  runId,
  writeManifest,
} from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';
import type { TrainingProbes } from './run-task.ts';
import { gitState, sourcesOf, takeSnapshot } from './snapshot.ts';
import { trainInFolder } from './train-in-folder.ts';

export interface TrainOptions {
  /** Folder that new runs are made in. */
  readonly outputs: string;
  /** Folder of the new run itself, where it must not have a name of its own. */
  readonly runFolder?: string | undefined;
  /** Train as many epochs as fit into this time. */
  readonly maxMinutes?: number | undefined;
  /** `--set key=value`, for the manifest. */
  readonly overrides?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Runs op by op instead of as a recorded graph: slower, and with the bits of a debugged run. */
  readonly eager?: boolean;
  /** Measures where the time of steps goes, into `profile.json` in the run's folder. */
  readonly profile?: boolean;
  /** The processes that train together, where this one is their chief. */
  readonly cluster?: Cluster | undefined;
  readonly probes?: TrainingProbes;
  /** Trains one fold of a cross-validation. */
  readonly fold?: Fold | undefined;
  /** The `split.json` of another run whose subjects this one shall use. */
  readonly split?: string;
  /** A checkpoint of another run to go on from, in the new run. */
  readonly checkpoint?: string;
  /** What another run computed with, whose bits this one shall have; it warns of what is not so here. */
  readonly engine?: Manifest['engine'];
  onEvent?(event: RunEvent, runFolder: string): void;
}

/** A fold of a cross-validation, whose subjects follow from the data set and the seed of its splits. */
export interface Fold {
  /** Counts from 0. */
  readonly index: number;
  readonly folds: number;
}

export interface TrainOutcome {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Trains a configuration in a new run folder, predicts, evaluates and reports. */
export async function trainRun(
  configuration: ResolvedConfiguration,
  options: TrainOptions,
): Promise<TrainOutcome> {
  const { file } = configuration;
  const settings = settingsOf(configuration.settings, options);
  const started = new Date();
  const name = settings.name ?? basename(file).replace(/\.innereye\.ya?ml$/, '');
  const folder =
    options.runFolder === undefined
      ? await createRunFolder(resolve(options.outputs), runId(name, started))
      : await claimRunFolder(resolve(options.runFolder));
  const git = await gitState(dirname(file));
  const manifest: Manifest = {
    id: basename(folder),
    ...(await placeInParent(folder)),
    ...(options.fold && { fold: options.fold.index, folds: options.fold.folds }),
    name,
    task: settings.task,
    status: 'running',
    startedAt: started.toISOString(),
    process: thisProcess(),
    seed: settings.training.seed,
    configuration: { file, hash: hashSettings(settings), overrides: [...(options.overrides ?? [])] },
    innereye: version,
    node: process.version,
    ...(git && { git }),
    tags: { ...settings.tags, ...options.tags },
    ...(options.maxMinutes !== undefined && { maxMinutes: options.maxMinutes }),
    results: {},
  };
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await takeSnapshot(folder, sourcesOf(configuration));
  if (options.split) await copyFile(options.split, join(folder, SPLIT_FILE));
  if (options.checkpoint) {
    const target = join(folder, RUN_FILES.checkpoints);
    await makeFolder(target);
    await copyFile(options.checkpoint, join(target, basename(options.checkpoint)));
  }
  // The last: what has a manifest is a run that one can go on with.
  await writeManifest(folder, manifest);
  return supervise(folder, settings, manifest, options);
}

/** A fold trains as in the whole. What has the subjects of another run has its settings too, and so those of its fold. */
function settingsOf(settings: Configuration, { fold, split }: TrainOptions): Configuration {
  if (fold === undefined || split !== undefined) return settings;
  return withFoldSeed(foldSettings(settings), fold.index);
}

/** The fold that a run is of; undefined for a run of its own. */
export const foldOf = ({ fold, folds }: Manifest): Fold | undefined =>
  fold === undefined || folds === undefined ? undefined : { index: fold, folds };

/** How one goes on with a run that is made of others. */
const GOING_ON = {
  search: 'Go on with it by: innereye search CONFIG --resume RUN',
  'cross-validation': 'Name it in `innereye train CONFIG --resume RUN`, or one of its folds.',
  ensemble: 'Make it again of its members by: innereye ensemble RUN…',
} as const;

/**
 * Goes on with a run that was interrupted or cancelled, from its last checkpoint; the result has the bits of a run that
 * was never stopped.
 * @throws Fault where the run is complete or still at work, here or (as far as its heartbeat tells) elsewhere.
 */
export async function resumeRun(
  folder: string,
  options: Omit<TrainOptions, 'outputs' | 'maxMinutes'>,
): Promise<TrainOutcome> {
  const busy = () =>
    new Fault('the run is still at work', {
      place: { file: folder },
      remedy: 'Wait for it, or stop it first.',
    });
  return withLock(
    join(folder, 'run.lock'),
    async () => {
      const run = await openRun(folder);
      if (run.status === 'running') throw busy();
      if (run.manifest.azure) {
        throw new Fault('the run is a job on AzureML, which does not go on here', {
          place: { file: folder },
          remedy: 'Submit it again, or begin a new run with its weights: training.initial_weights.',
        });
      }
      if (run.manifest.kind !== undefined) {
        throw new Fault(`the run is no training of its own: ${run.manifest.kind}`, {
          place: { file: folder },
          remedy: GOING_ON[run.manifest.kind],
        });
      }
      if (run.status === 'completed') {
        throw new Fault('the run is complete', {
          place: { file: folder },
          remedy: 'Start a new one without --resume.',
        });
      }
      const { finishedAt: _, error: __, ...rest } = run.manifest;
      const manifest: Manifest = { ...rest, status: 'running', process: thisProcess() };
      await writeManifest(folder, manifest);
      const { maxMinutes } = manifest;
      return supervise(folder, await readRunSettings(folder), manifest, {
        ...options,
        outputs: dirname(folder),
        maxMinutes,
      });
    },
    {
      held: () => {
        throw busy();
      },
    },
  );
}

type EndStatus = Exclude<Manifest['status'], 'running'>;

/** Runs the training and sees to it that manifest and events say how it ended, whatever happens. */
async function supervise(
  folder: string,
  settings: Configuration,
  manifest: Manifest,
  options: TrainOptions,
): Promise<TrainOutcome> {
  const events = new EventWriter(join(folder, RUN_FILES.events), event => options.onEvent?.(event, folder));
  const emit = (event: NewEvent) => {
    events.emit(event);
    if (event.type !== 'resumed') return;
    const secondsBefore = secondsUntil(events.earlier, event.step);
    current = { ...current, resumed: { at: new Date().toISOString(), secondsBefore } };
  };
  const endHeartbeat = await beginHeartbeat(folder);
  let current = manifest;
  const update = async (changes: Partial<Manifest>) => {
    current = { ...current, ...changes };
    await writeManifest(folder, current);
  };
  const finish = async (end: Pick<Manifest, 'finishedAt' | 'error'> & { status: EndStatus }) => {
    emit({ type: 'finished', status: end.status });
    events.close();
    await update({ finishedAt: new Date().toISOString(), ...end });
  };
  try {
    const cancelled = await trainInFolder({
      folder,
      settings,
      events,
      update,
      emit,
      manifest: () => current,
      ...options,
    });
    if (cancelled) await finish({ status: 'cancelled' });
    else await complete(folder, current.resumed, finish);
  } catch (error) {
    if (isStop(error, options.signal)) {
      await finish({ status: 'cancelled' });
      return { folder, manifest: current };
    }
    const message = error instanceof Error ? error.message : String(error);
    const remedy = error instanceof Fault ? error.remedy : undefined;
    // A full disk may refuse these too; the first error is the one to report.
    try {
      emit({ type: 'error', message, ...(remedy && { remedy }) });
      await finish({ status: 'failed', error: message });
    } catch {
      await update({ status: 'failed', error: message }).catch(() => {});
    }
    throw error;
  } finally {
    await endHeartbeat();
  }
  return { folder, manifest: current };
}

/** Who finds a run complete finds its report; one that is killed before can be gone on with, and writes it then. */
async function complete(
  folder: string,
  resumed: Manifest['resumed'],
  finish: (end: { status: 'completed'; finishedAt: string }) => Promise<void>,
): Promise<void> {
  const end = { status: 'completed', finishedAt: new Date().toISOString() } as const;
  const data = await loadReportData(folder);
  await writeReport(
    { ...data, run: { ...data.run, resumed, ...end } },
    join(folder, reportFile(data.run.task)),
  );
  await finish(end);
}
