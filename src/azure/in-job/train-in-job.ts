import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../contracts/events.ts';
import type { Cluster } from '../../engine/cluster.ts';
import { tellWorkers } from '../../runs/cluster/tell-workers.ts';
import { openRun, RUN_FILES } from '../../runs/run-folder.ts';
import { type Fold, resumeRun, type TrainOutcome, trainRun } from '../../runs/train-run.ts';
import { type NodePlaces, placeJob } from './job-places.ts';
import { Mirror, restoreMirror } from './mirror.ts';

export interface JobOptions extends NodePlaces {
  /** Folder that outlives the node; the run gets a folder of its own in it. */
  readonly runs: string;
  readonly maxMinutes?: number | undefined;
  /** The fold of a cross-validation that is trained. */
  readonly fold?: Fold | undefined;
  /** The nodes that train together, where this one is their chief. */
  readonly cluster?: Cluster | undefined;
  readonly signal: AbortSignal;
  onEvent(event: RunEvent, folder: string): void;
}

/**
 * Trains on a node of AzureML. The run lies on the node's disk and is copied into `runs` at every checkpoint; a job that
 * begins anew, because its node was taken away, goes on from there.
 */
export async function trainInJob(configuration: string, options: JobOptions): Promise<TrainOutcome> {
  const { job, set, maxMinutes, fold, cluster, signal } = options;
  const { base, loaded } = await placeJob(configuration, options);
  const folder = join(base, 'runs', job);
  const kept = join(options.runs, job);
  const mirror = new Mirror(folder, kept);
  // One that fails on the way is made up for by the next; the last one decides.
  const update = () => mirror.update().catch(() => {});
  const shared = {
    signal,
    cluster,
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
    if (manifest.status === 'completed') {
      if (cluster) await tellWorkers(cluster, 'completed');
      return { folder: kept, manifest };
    }
    await restoreMirror(kept, folder);
  }
  try {
    return isResumed
      ? await resumeRun(folder, { ...shared, fold })
      : await trainRun(loaded, {
          ...shared,
          outputs: join(base, 'runs'),
          runFolder: folder,
          overrides: set,
          maxMinutes,
          fold,
        });
  } finally {
    // The results: where these cannot be kept the job has failed.
    await mirror.update();
  }
}
