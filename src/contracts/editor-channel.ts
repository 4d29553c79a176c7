/**
 * What the extension and a program that it started say to each other over the channel between them (Node's IPC). Tokens go
 * this way alone: they stand in no argument, environment, file or output.
 */
export type ToEditor =
  | {
      readonly type: 'token';
      readonly request: number;
      /** Such as `https://management.azure.com/.default`. */
      readonly scopes: readonly string[];
      readonly tenant?: string;
    }
  /** What is being done; `done` of `total` bytes or files, where that is known. */
  | {
      readonly type: 'progress';
      readonly message: string;
      readonly done?: number;
      readonly total?: number;
    }
  /** A job that is followed: what stands in the way, or nothing (any more). */
  | { readonly type: 'followed'; readonly folder: string; readonly problem?: ChannelProblem };

export type FromEditor =
  | {
      readonly type: 'token';
      readonly request: number;
      readonly token: string;
      /** Milliseconds since 1970. */
      readonly expiresAt: number;
    }
  | { readonly type: 'noToken'; readonly request: number; readonly message: string; readonly remedy?: string }
  /** The run folders of the jobs to follow from now on, all of them. */
  | { readonly type: 'follow'; readonly folders: readonly string[] };

export interface ChannelProblem {
  readonly message: string;
  readonly remedy?: string;
}

/** Environment of a program that has a channel; nothing secret. */
export const CHANNEL_ENVIRONMENT = 'INNEREYE_EDITOR_CHANNEL';
/** `editor` where tokens come over the channel; else the program signs in by itself. */
export const SIGN_IN_ENVIRONMENT = 'INNEREYE_SIGN_IN';
