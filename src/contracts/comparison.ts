/**
 * What `innereye runs compare --json` prints, as far as the comparison panel shows it, and the messages between the panel
 * and the extension. `null` is a value that a run does not have, or no number.
 */
export interface ComparedRuns {
  readonly comparisons: readonly RunAgainstFirst[];
}

/** A run against the first one. */
export interface RunAgainstFirst {
  /** Folders. */
  readonly first: string;
  readonly second: string;
  readonly settings?: readonly ComparedValue[];
  readonly results?: readonly ComparedValue[];
  readonly code?: readonly ComparedValue[];
  readonly subjects?: readonly ComparedSubjects[];
  readonly identicalWeights?: boolean;
  readonly measurements?: ComparedMeasurements;
}

export interface ComparedValue {
  /** Path of a setting, name of a metric, or what of the code it is. */
  readonly setting: string;
  readonly values: readonly [unknown, unknown];
}

export interface ComparedSubjects {
  readonly split: string;
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

export interface ComparedMeasurements {
  /** The split, by InnerEye's name. */
  readonly mode: string;
  readonly structures: readonly ComparedStructure[];
  /** Worst first. */
  readonly changed: readonly ComparedCase[];
}

export interface ComparedStructure {
  readonly structure: string;
  readonly metric: { readonly title: string; readonly unit: string };
  readonly pairs: number;
  readonly means: readonly (number | null)[];
  readonly difference: number | null;
  readonly interval: { readonly low: number | null; readonly high: number | null };
  readonly adjustedP: number | null;
  readonly verdict: string;
}

/** A structure of a subject whose Dice changed. */
export interface ComparedCase {
  readonly patient: string;
  readonly structure: string;
  readonly dice: readonly number[];
  readonly change: number;
  /** Files of both predictions. */
  readonly segmentations: readonly string[];
}

export type ToComparison =
  | { readonly type: 'compared'; readonly compared: ComparedRuns }
  | { readonly type: 'fault'; readonly message: string };

export type FromComparison =
  | { readonly type: 'ready' }
  | { readonly type: 'openRun'; readonly folder: string }
  /** Shows both predictions of a subject over its scan. */
  | { readonly type: 'openCase'; readonly patient: string; readonly segmentations: readonly string[] }
  /** Goes to the line that sets it in the first or the second run. */
  | { readonly type: 'openSetting'; readonly folder: string; readonly path: string };

/** What the page keeps over a reload of the window. */
export interface ComparisonState {
  readonly folders: readonly string[];
}
