import type { Profile } from './profile.ts';

/**
 * Messages between the run panel's webview and the extension. The panel reads `events.ndjson` itself: the extension
 * hands it the file's bytes as they are appended, so that nothing is sampled, and a reload reads them again.
 */

/** A run as the panel's header and legend show it. */
export interface PanelRun {
  /** Absolute path of its folder: the run's identity. */
  readonly folder: string;
  readonly name: string;
  readonly status: 'running' | 'completed' | 'cancelled' | 'failed' | 'interrupted';
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Of a run that was gone on with: since when, and seconds of work before that hold. */
  readonly resumed?: { readonly at: string; readonly secondsBefore: number };
  /** Path of the configuration that it was started from, for links to settings. */
  readonly configuration: string;
  /** Every setting of `config.resolved.yaml`, in its order; empty where the file cannot be read. */
  readonly settings: readonly PanelSetting[];
  readonly best?: { readonly epoch: number; readonly metric: string; readonly value: number };
  /** Mean metrics at the end, such as `test/Dice`; null where one is no number. */
  readonly results?: Readonly<Record<string, number | null>>;
  /** Checkpoints that are on disk, relative to the folder as events name them. */
  readonly checkpoints?: readonly string[];
  readonly error?: string;
  /** Where it is, if it is a job on AzureML. */
  readonly job?: PanelJob;
}

export interface PanelJob {
  readonly name: string;
  /** In the service's words. */
  readonly status: string;
  /** Why it waits, where the service tells. */
  readonly reason?: string;
  /** Whether its results are here. */
  readonly brought: boolean;
}

/** A setting as a path such as `training.epochs` or `augmentation[1].random_flip.axes`, and its value as text. */
export interface PanelSetting {
  readonly path: string;
  readonly value: string;
}

export type ToRunPanel =
  /** The folders of the runs that the panel has, in their order; what is said of them follows. */
  | { readonly type: 'begin'; readonly folders: readonly string[] }
  | { readonly type: 'run'; readonly run: PanelRun }
  | { readonly type: 'removed'; readonly folder: string }
  /**
   * What stands in the way of reading the run, and what to do; `folder` keeps its place in the panel. Of a run that is
   * `gone` nothing can be done any more.
   */
  | {
      readonly type: 'fault';
      readonly folder: string;
      readonly message: string;
      readonly remedy?: string;
      readonly gone?: boolean;
    }
  /** Bytes of `events.ndjson` from `offset`; `offset` 0 begins anew. At most ten messages a second for each run. */
  | { readonly type: 'events'; readonly folder: string; readonly offset: number; readonly bytes: Uint8Array }
  /** Where the time of the run's steps goes, once it was measured. */
  | { readonly type: 'profile'; readonly folder: string; readonly profile: Profile }
  /** Everything that the file held when the panel opened has been sent. */
  | { readonly type: 'caughtUp'; readonly folder: string }
  /** What the backend printed, from `offset` bytes on; `offset` 0 begins anew. */
  | { readonly type: 'log'; readonly folder: string; readonly offset: number; readonly text: string };

export type FromRunPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'addRun' }
  | { readonly type: 'removeRun'; readonly folder: string }
  | {
      readonly type: 'stop' | 'resume' | 'openReport' | 'openFolder' | 'bringBack';
      readonly folder: string;
    }
  /** Opens a predicted volume; `path` is relative to the run folder, as `image` events have it. */
  | { readonly type: 'openImage'; readonly folder: string; readonly path: string }
  | { readonly type: 'openPredictions'; readonly folder: string }
  /** Goes to the line that sets it; `path` such as `training.epochs`. */
  | { readonly type: 'openSetting'; readonly folder: string; readonly path: string }
  /** Asks where to save an export; `name` is proposed. */
  | { readonly type: 'save'; readonly name: string; readonly bytes: Uint8Array };

/** What the webview keeps over a reload of the window or while it is hidden: enough to be made anew. */
export interface RunPanelState {
  readonly folders: readonly string[];
  /** How it was looked at, which only the page itself reads. */
  readonly look?: unknown;
}
