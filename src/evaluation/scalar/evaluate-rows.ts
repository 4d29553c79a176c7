import type { Interval } from '../comparison/bootstrap.ts';
import { exclusiveAccuracy, MACRO, MICRO, macroAverage } from './averages.ts';
import { calibrationError } from './calibration.ts';
import { classificationMetrics } from './classification-metrics.ts';
import { bootstrapMetrics } from './confidence.ts';
import { regressionMetrics } from './regression-metrics.ts';
import type { ScalarRow } from './row.ts';
import { type ScalarKind, scalarMetrics } from './scalar-metrics.ts';

/** All that is measured of a split's predictions. */
export interface ScalarEvaluation {
  /** By target, then by name: the targets, the same at each position of a visit, and averages over classes. */
  readonly byTarget: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** The same keys. */
  readonly intervals: ReadonlyMap<string, Readonly<Record<string, Interval>>>;
  readonly score: number;
}

export interface EvaluateOptions {
  /** Of each target, chosen on validation subjects; metrics at a threshold that was not chosen are NaN. */
  readonly thresholds?: ReadonlyMap<string, number> | undefined;
  /** Whether the classes of a subject exclude each other. */
  readonly exclusive: boolean;
  readonly resamples: number;
  readonly seed: number;
}

/** Measures predictions once they are final. */
export function evaluateRows(
  kind: ScalarKind,
  rows: readonly ScalarRow[],
  { thresholds, exclusive, resamples, seed }: EvaluateOptions,
): ScalarEvaluation {
  const { byTarget: own, score } = scalarMetrics(kind, rows, thresholds);
  const byTarget = new Map<string, Record<string, number>>();
  const intervals = new Map<string, Record<string, Interval>>();
  const measure = (
    name: string,
    group: readonly ScalarRow[],
    metricsOf: (rows: readonly ScalarRow[]) => Record<string, number>,
  ) => {
    byTarget.set(name, metricsOf(group));
    intervals.set(name, bootstrapMetrics(group, metricsOf, { resamples, seed }));
  };
  const targets = [...own.keys()];
  for (const target of targets) {
    const threshold = thresholds?.get(target) ?? Number.NaN;
    const metricsOf = (group: readonly ScalarRow[]): Record<string, number> =>
      kind === 'regression'
        ? regressionMetrics(group)
        : {
            ...classificationMetrics(group, threshold),
            expected_calibration_error: calibrationError(group),
          };
    const group = rows.filter(row => row.target === target);
    measure(target, group, metricsOf);
    const positions = [...new Set(group.map(({ position }) => position))].sort((a, b) => (a ?? 0) - (b ?? 0));
    if (positions.length < 2) continue;
    for (const position of positions)
      measure(
        seriesName(target, position!),
        group.filter(row => row.position === position),
        metricsOf,
      );
  }
  if (kind === 'classification' && targets.length > 1) {
    byTarget.set(MACRO, macroAverage(targets.map(target => byTarget.get(target)!)));
    measure(MICRO, rows, group => ({
      // Each class has a threshold of its own: there is none for all of them.
      ...classificationMetrics(group, Number.NaN),
      ...(exclusive && { accuracy: exclusiveAccuracy(group) }),
    }));
  }
  return { byTarget, intervals, score };
}

/** InnerEye's name of a target at one position. */
const seriesName = (target: string, position: number): string =>
  `${target} Seq_pos ${String(position).padStart(2, '0')}`;
