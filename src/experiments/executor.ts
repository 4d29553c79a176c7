import type { RunEvent } from '../contracts/events.ts';

/** One training among several of an experiment, that can be made on its own. */
export interface WorkItem {
  /** Unique in the experiment, such as `trial-003`. */
  readonly id: string;
  readonly kind: 'fold' | 'trial';
  /** File of the configuration, absolute. */
  readonly configuration: string;
  /** `key.path=value`, laid over the configuration. */
  readonly overrides: readonly string[];
  /** Further arguments of `innereye train`, such as those that choose a fold. */
  readonly options?: readonly string[];
  /** Folder of the experiment, absolute. */
  readonly parent: string;
  /** Folder of the training's run, absolute. */
  readonly folder: string;
}

/** How a training ended. `cancelled`: it was asked to stop, and can be gone on with. */
export interface WorkOutcome {
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** Why it failed. */
  readonly error?: string;
}

export interface WorkWatch {
  /** Aborted to stop the training after a checkpoint; one that has not begun by then does not begin. */
  readonly signal: AbortSignal;
  /** Called with everything that holds of the training (without its single steps), whenever something was added. */
  onEvents?(events: readonly RunEvent[]): void;
}

/** How many trainings run at once, and why not more. */
export interface Concurrency {
  readonly count: number;
  /** A sentence for the user. */
  readonly reason: string;
}

/**
 * Makes trainings somewhere: on this machine or in the cloud. It starts what has not begun, goes on with what was
 * stopped, waits for what is still at work, and does nothing for what is complete, so that it can be called again for
 * the same items after anything has happened.
 */
export interface Executor {
  readonly concurrency: Concurrency;
  /** Never throws because a training failed: that is an outcome. */
  run(item: WorkItem, watch: WorkWatch): Promise<WorkOutcome>;
}
