import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { openRun, RUN_FILES } from '../../runs/run-folder.ts';
import { resumeRun, type TrainOutcome, trainRun } from '../../runs/train-run.ts';
import { Mirror, restoreMirror } from './mirror.ts';

export interface JobOptions {
  /** Folder of the data set on the node, and the csv file in it that the configuration means. */
  readonly dataset: string;
  readonly datasetFile?: string | undefined;
  readonly initialWeights?: string | undefined;
  readonly initialWeightsFile?: string | undefined;
  /** Folder that outlives the node; the run gets a folder of its own in it. */
  readonly runs: string;
  /** `key.path=value`: a trial's values. */
  readonly set: readonly string[];
  readonly maxMinutes?: number | undefined;
  /** Name of the job. */
  readonly job: string;
  readonly signal: AbortSignal;
  onEvent(event: RunEvent, folder: string): void;
}

/**
 * Trains on a node of AzureML. The run lies on the node's disk and is copied into `runs` at every checkpoint; a job that
 * begins anew, because its node was taken away, goes on from there. Code and data have paths that are the same in every
 * attempt, so that the run finds what it began with.
 */
export async function trainInJob(configuration: string, options: JobOptions): Promise<TrainOutcome> {
  const { job, set, maxMinutes, signal } = options;
  const base = join(tmpdir(), 'innereye-jobs', job);
  const folder = join(base, 'runs', job);
  const kept = join(options.runs, job);
  await rm(base, { recursive: true, force: true });
  await mkdir(base, { recursive: true });
  const link = async (name: string, target: string): Promise<string> => {
    await symlink(resolve(target), join(base, name), 'dir');
    return join(base, name);
  };
  const code = await link('code', '.');
  const dataset = join(await link('dataset', options.dataset), options.datasetFile ?? '');
  const places = [`dataset.path=${JSON.stringify(dataset)}`];
  if (options.initialWeights !== undefined) {
    const weights = join(await link('weights', options.initialWeights), options.initialWeightsFile ?? '');
    places.push(`training.initial_weights=${JSON.stringify(weights)}`);
  }
  const loaded = await loadConfiguration(join(code, configuration), { set: [...places, ...set] });

  const mirror = new Mirror(folder, kept);
  // One that fails on the way is made up for by the next; the last one decides.
  const update = () => mirror.update().catch(() => {});
  const shared = {
    signal,
    onEvent: (event: RunEvent) => {
      options.onEvent(event, folder);
      // When the writer of events has flushed.
      if (event.type === 'checkpoint' || event.type === 'started' || event.type === 'resumed')
        setImmediate(update);
    },
  };
  const isResumed = existsSync(join(kept, RUN_FILES.manifest));
  if (isResumed) {
    const { manifest } = await openRun(kept);
    // Taken away between its last word and its end.
    if (manifest.status === 'completed') return { folder: kept, manifest };
    await restoreMirror(kept, folder);
  }
  try {
    return isResumed
      ? await resumeRun(folder, shared)
      : await trainRun(loaded, {
          ...shared,
          outputs: join(base, 'runs'),
          runFolder: folder,
          overrides: set,
          maxMinutes,
        });
  } finally {
    // The results: where these cannot be kept the job has failed.
    await mirror.update();
  }
}
