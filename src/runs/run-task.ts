import type { NewEvent } from '../contracts/events.ts';
import type { Split, SplitName } from '../dataset/dataset.ts';
import type { Probe } from '../foundation/probe.ts';
import type { BatchSource } from '../pipeline/subject.ts';
import type { Validation } from '../training/loop.ts';
import type { TaskStep } from '../training/task-step.ts';
import type { RunEngine } from './engine-session.ts';
import type { RunPlugins } from './run-plugins.ts';

/** What looks into a training that is debugged: it runs op by op, and subjects are prepared when they are drawn. */
export interface TrainingProbes {
  readonly trainer: Probe;
  readonly loader: Probe;
}

/** What a task works with in a run's folder. */
export interface TaskInputs {
  readonly folder: string;
  readonly split: Split;
  /** Which fold of a cross-validation it is, if it is one. */
  readonly fold?: number | undefined;
  readonly signal: AbortSignal;
  readonly probes?: TrainingProbes | undefined;
  emit(event: NewEvent): void;
}

/** A task whose subjects are read and prepared; the engine is opened only when the data is known to be sound. */
export type PreparedTask = (engine: RunEngine, plugins: RunPlugins) => RunTask;

/** What a run does otherwise for each task: everything else in it is the same for all of them. */
export interface RunTask {
  readonly step: TaskStep;
  readonly batches: BatchSource;
  /** The metric that decides which checkpoint is the best, as events name it. */
  readonly scoreName: string;
  /** Metrics of `epoch_metrics.csv`, in the order of its columns. */
  readonly epochMetrics: { readonly train: readonly string[]; readonly validation: readonly string[] };
  /** Subjects that are validated on. */
  readonly validated: number;
  /**
   * Measures the session's weights; absent where there is nothing to validate on.
   * @param at where training stands; absent for a validation that is only timed
   */
  readonly validate: ((at?: { epoch: number; step: number }) => Promise<Validation>) | undefined;
  /** Fixes what predictions need beside the session's weights, now the final ones; absent where they need nothing. */
  settle?(): Promise<void>;
  /** Predicts and measures a split with the session's weights, and writes its files. The first result is the main one. */
  evaluate(split: SplitName): Promise<readonly EvaluationResult[]>;
  close(): Promise<void>;
}

export interface EvaluationResult {
  /** As events name it, such as `Dice/AverageAcrossStructures`. */
  readonly name: string;
  /** As the manifest names it behind the split: `Dice` of `test/Dice`. */
  readonly key: string;
  /** NaN where nothing could be measured. */
  readonly value: number;
}
