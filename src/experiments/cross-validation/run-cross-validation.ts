import type { RunEvent } from '../../contracts/events.ts';
import type { Manifest } from '../../contracts/run.ts';
import { Fault } from '../../foundation/fault.ts';
import { isStop } from '../../foundation/stop.ts';
import type { MeasuredRun } from '../../runs/comparison/measured-run.ts';
import { beginHeartbeat } from '../../runs/heartbeat.ts';
import type { Executor } from '../executor.ts';
import { endExperiment } from '../experiment-folder.ts';
import { type ItemState, requireAll, runItems } from '../run-items.ts';
import { concludeFolds } from './conclude-folds.ts';
import { type CrossValidation, itemsOf } from './cross-validation-folder.ts';
import type { TestTexts } from './write-results.ts';

export interface CrossValidationWatch {
  /** Aborted to stop after a checkpoint of each fold that is under way. */
  readonly signal: AbortSignal;
  /** Called when a fold began or ended. */
  onFolds?(folds: readonly ItemState[]): void;
  /** Called with everything that holds of a fold's training (without its single steps), whenever something was added. */
  onEvents?(fold: number, events: readonly RunEvent[]): void;
  /** What happens while the ensemble is made. */
  onEnsemble?(event: RunEvent): void;
  /** How far the choice of the ensemble's post-processing is. */
  onChoosing?(done: number, total: number): void;
  /** Texts of the statistical tests between folds and between institutions. */
  describeTests(measured: readonly MeasuredRun[]): TestTexts;
}

/**
 * Trains the folds, as many at a time as the executor says, then makes their ensemble, the joint results and the report.
 * Called again after an interruption, complete folds stay as they are, and others are gone on with.
 * @returns the manifest; `cancelled` where it was asked to stop
 * @throws Faults which name each fold that failed: results of the others alone would not be those of a cross-validation
 */
export async function runCrossValidation(
  own: CrossValidation,
  executor: Executor,
  watch: CrossValidationWatch,
): Promise<Manifest> {
  const { folder } = own;
  const endHeartbeat = await beginHeartbeat(folder);
  try {
    const states = await runItems(executor, itemsOf(own), {
      parent: folder,
      signal: watch.signal,
      ...(watch.onFolds && { onChange: watch.onFolds }),
      onEvents: ({ options = [] }, events) => watch.onEvents?.(Number(options.at(-1)), events),
    });
    if (watch.signal.aborted) return await endExperiment(folder, { status: 'cancelled' });
    requireAll(states, folder);
    requireNoneStopped(states, folder);
    const results = await concludeFolds(own, watch);
    return await endExperiment(folder, { status: 'completed', results });
  } catch (error) {
    if (isStop(error, watch.signal)) return await endExperiment(folder, { status: 'cancelled' });
    const message = error instanceof Error ? error.message : String(error);
    await endExperiment(folder, { status: 'failed', error: message }).catch(() => {});
    throw error;
  } finally {
    await endHeartbeat();
  }
}

/** A fold may have been stopped by itself, in the editor or by its process. */
function requireNoneStopped(states: readonly ItemState[], folder: string): void {
  const stopped = states.filter(({ status }) => status === 'cancelled');
  if (stopped.length === 0) return;
  throw new Fault(
    `${stopped.map(({ id }) => id).join(', ')} of the cross-validation was stopped from outside`,
    {
      place: { file: folder },
      remedy: 'Go on with --resume: what is complete is not made again.',
    },
  );
}
