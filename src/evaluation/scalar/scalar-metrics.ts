import { classificationMetrics, optimalThreshold } from './classification-metrics.ts';
import { regressionMetrics } from './regression-metrics.ts';
import type { ScalarRow } from './row.ts';

export interface ScalarMetrics {
  /** By target, then by name. */
  readonly byTarget: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** What decides which checkpoint is the best, higher is better: the mean ROC area, or the mean R². */
  readonly score: number;
}

/** Whether classes are told apart or numbers are predicted; of a sequence it is either. */
export type ScalarKind = 'classification' | 'regression';

/** The metric that a task is judged by. */
export const mainMetric = (task: ScalarKind) =>
  task === 'classification' ? 'area_under_roc_curve' : 'r2_score';

/**
 * Metrics of each target.
 * @param thresholds of each target, chosen on validation subjects; metrics at a threshold that was not chosen are NaN
 */
export function scalarMetrics(
  task: ScalarKind,
  rows: readonly ScalarRow[],
  thresholds: ReadonlyMap<string, number> = new Map(),
): ScalarMetrics {
  const targets = [...new Set(rows.map(({ target }) => target))];
  const byTarget = new Map(
    targets.map(target => {
      const own = rows.filter(row => row.target === target);
      return [
        target,
        task === 'classification'
          ? classificationMetrics(own, thresholds.get(target) ?? Number.NaN)
          : regressionMetrics(own),
      ];
    }),
  );
  const known = [...byTarget.values()]
    .map(metrics => metrics[mainMetric(task)]!)
    .filter(value => !Number.isNaN(value));
  return { byTarget, score: known.reduce((sum, value) => sum + value, 0) / known.length };
}

/** The best threshold of each target on these rows, which are to be of validation subjects. */
export function chooseThresholds(rows: readonly ScalarRow[]): Map<string, number> {
  const targets = [...new Set(rows.map(({ target }) => target))];
  return new Map(
    targets.map(target => [target, optimalThreshold(rows.filter(row => row.target === target))]),
  );
}

/** Metrics by one name each, as events and InnerEye's files have them: `name/<target>` where there are several. */
export function named({ byTarget }: ScalarMetrics): Record<string, number> {
  const several = byTarget.size > 1;
  return Object.fromEntries(
    [...byTarget].flatMap(([target, metrics]) =>
      Object.entries(metrics).map(([name, value]) => [several ? `${name}/${target}` : name, value]),
    ),
  );
}
