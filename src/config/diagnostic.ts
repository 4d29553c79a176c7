import { Fault, type Place } from '../foundation/fault.ts';
import type { Location } from './tree.ts';

export type Severity = 'error' | 'warning' | 'information';

/** Something to tell about a stretch of a configuration. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Names the kind of finding, for quick fixes; such as `unknown-key`. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly remedy?: string;
  readonly location: Location;
  readonly related: readonly { readonly message: string; readonly location: Location }[];
  /** Path of the setting in the resolved configuration, such as `training.epochs`. */
  readonly path?: string;
  /** The text that would mend it, where there is one: the nearest valid name, a valid crop size as YAML. */
  readonly suggestion?: string;
}

/** File names of values given with `--set` begin with this. */
export const COMMAND_LINE = '--set ';

/** True for places on the command line instead of in a file. */
export function isCommandLine(file: string): boolean {
  return file.startsWith(COMMAND_LINE);
}

/** The place of a location as faults have it. */
export function placeOf(location: Location): Place {
  if (isCommandLine(location.file)) return { file: location.file };
  return { file: location.file, line: location.line, column: location.column };
}

/**
 * Diagnostics for someone who mends one thing after the other: where the text is no YAML, that alone is told, and of
 * tabs the first; what is missing or unknown then follows from it.
 */
export function withoutConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const causes = diagnostics.filter(({ code }) => code === 'syntax' || code === 'file-not-read');
  if (causes.length === 0) return diagnostics;
  return causes.filter(
    ({ message }, index) => causes.findIndex(other => other.message === message) === index,
  );
}

/** The fault that a program reports for a diagnostic. */
export function asFault(diagnostic: Diagnostic): Fault {
  return new Fault(diagnostic.message, {
    place: placeOf(diagnostic.location),
    ...(diagnostic.remedy === undefined ? {} : { remedy: diagnostic.remedy }),
  });
}
