import type { Severity } from '../diagnostic.ts';
import type { Configuration } from '../schema/configuration.ts';
import type { Path } from '../tree.ts';

/** What checks may know beside the settings; injected, so that they stay pure. */
export interface Surroundings {
  /** True where a file or folder of that absolute path exists. */
  exists(path: string): boolean;
  /** Bytes of memory that a training may use. */
  readonly memoryBytes: number;
}

/** Something wrong with settings that the schema accepts one by one. */
export interface CheckFinding {
  readonly severity: Severity;
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  /** The setting that is at fault. */
  readonly path: Path;
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
  /** Other settings that have a part in it. */
  readonly related?: readonly { readonly message: string; readonly path: Path }[];
  /** What to write instead, as YAML, where that is known. */
  readonly suggestion?: string;
}

/**
 * Finds what is wrong with valid settings. Paths of files in `settings` are absolute. Shared by the language server,
 * the command line and the backend.
 */
export type Check<Settings = Configuration> = (
  settings: Settings,
  surroundings: Surroundings,
) => CheckFinding[];
