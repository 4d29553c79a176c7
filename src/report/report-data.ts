import type { Manifest } from '../contracts/run.ts';
import type { Interval } from '../evaluation/comparison/bootstrap.ts';
import type { ScalarRow } from '../evaluation/scalar/row.ts';
import type { MetricsRow } from '../evaluation/structure-metrics.ts';
import type { Thumbnail } from './thumbnail.ts';

/** All that a report shows; nothing else is read to write it. */
export interface ReportData {
  /** Absolute path of the run; the paths below are relative to it. */
  readonly folder: string;
  readonly run: Manifest;
  /** Resolved configuration, as YAML. */
  readonly settings: string;
  readonly curves: TrainingCurves;
  /** Splits with results, the most telling first. */
  readonly splits: readonly SplitResults[];
  /** The same of a classification or regression, which has no structures. */
  readonly scalarSplits: readonly ScalarSplit[];
}

/** What a classification or regression reached on a split. */
export interface ScalarSplit {
  /** `Train`, `Val` or `Test`. */
  readonly name: string;
  readonly rows: readonly ScalarRow[];
  /** By target, then by name. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** 95 % intervals, by the same keys. */
  readonly intervals: ReadonlyMap<string, ReadonlyMap<string, Interval>>;
  /** First scan of each subject, as an absolute path. */
  readonly scans: ReadonlyMap<string, string>;
  /** Slices of the best and worst cases, with no outlines. */
  readonly thumbnails: readonly ThumbnailFile[];
}

export interface TrainingCurves {
  readonly loss: readonly CurvePoint[];
  readonly learningRate: readonly CurvePoint[];
  /** Dice on the validation split, for each structure and `AverageAcrossStructures`. */
  readonly validationDice: readonly { readonly name: string; readonly points: readonly CurvePoint[] }[];
  /** What a task without structures is judged by, on the validation split. */
  readonly validationScore: readonly CurvePoint[];
}

export interface CurvePoint {
  /** Counts from 1. */
  readonly epoch: number;
  readonly value: number;
}

export interface SplitResults {
  /** `Train`, `Val` or `Test`. */
  readonly name: string;
  /** Path of the split's folder. */
  readonly folder: string;
  readonly rows: readonly MetricsRow[];
  readonly thumbnails: readonly ThumbnailFile[];
  /** Path of each subject's segmentation, by its id. */
  readonly segmentations: ReadonlyMap<string, string>;
}

/** A thumbnail and its PNG. */
export interface ThumbnailFile extends Thumbnail {
  readonly png: Uint8Array;
}
