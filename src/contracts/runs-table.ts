/** A run as lists show it, and the messages between the table's webview and the extension. */

export type RowStatus = 'running' | 'completed' | 'cancelled' | 'failed' | 'interrupted';

/** What lists call a status; the manifest's word for a run that someone stopped is `cancelled`. */
export const STATUS_WORDS: Readonly<Record<RowStatus, string>> = {
  running: 'running',
  completed: 'completed',
  cancelled: 'stopped',
  failed: 'failed',
  interrupted: 'interrupted',
};

/** What a run reached, by the measure that its task is judged by. */
export interface RunScore {
  /** Such as `Dice`. */
  readonly name: string;
  readonly split: 'test' | 'validation';
  readonly value: number;
}

export interface RunRow {
  /** Absolute path of its folder: the run's identity. */
  readonly folder: string;
  readonly name: string;
  /** What its model does: `segmentation`, `classification`, … */
  readonly task: string;
  readonly status: RowStatus;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From start to end; absent while it runs or where it was interrupted. */
  readonly seconds?: number;
  /** On the test split, else of the best validation. */
  readonly score?: RunScore;
  /** Those that are planned. */
  readonly epochs?: number;
  /** Those that are done, of a run that has ended before its last one. */
  readonly epochsDone?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly note: string;
  /** Path of the configuration. */
  readonly configuration: string;
  readonly seed: number;
  /** What it is made of, where it is no training of its own. */
  readonly kind?: 'cross-validation' | 'search' | 'ensemble';
  /** Id of the run that it is a part of. */
  readonly parent?: string;
  /** Which part of its parent it is; counts from 0. */
  readonly fold?: number;
  readonly trial?: number;
  readonly error?: string;
  /** Where it is, if it is a job on AzureML. */
  readonly job?: RowJob;
}

/** A job on AzureML, as far as lists tell of it. */
export interface RowJob {
  readonly name: string;
  /** In the service's words: Queued, Preparing, Running, … */
  readonly status: string;
  /** Why it waits, where the service tells. */
  readonly reason?: string;
  /** Page in Azure Machine Learning studio. */
  readonly page?: string;
  /** Whether its results are here. */
  readonly brought: boolean;
}

/** What rows can be sorted by. */
export const SORT_KEYS = ['started', 'name', 'status', 'score', 'duration'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface SortOrder {
  readonly key: SortKey;
  readonly descending: boolean;
}

export type ToRunsTable = { readonly type: 'rows'; readonly rows: readonly RunRow[] };

export type FromRunsTable =
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly folder: string }
  | { readonly type: 'compare'; readonly folders: readonly string[] };
