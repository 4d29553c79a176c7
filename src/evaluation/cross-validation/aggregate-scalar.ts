import { formatCsv } from '../../foundation/csv.ts';
import type { ScalarRow } from '../scalar/row.ts';
import { summarize } from '../statistics.ts';

/** What a model says of the subjects of a split, or what its metrics are there. */
export interface ScalarRun {
  /** Index of the fold, or `ENSEMBLE`. */
  readonly name: string;
  /** InnerEye's name of the split. */
  readonly mode: string;
  readonly rows: readonly ScalarRow[];
  /** By target, then by name. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const text = (value: number): string => (Number.isNaN(value) ? '' : String(value));

/**
 * Text of InnerEye's MetricsAcrossAllRuns.csv of a task without structures: what each model says of each subject, and, of
 * visits, at which position.
 */
export function formatAllOutputs(runs: readonly ScalarRun[]): string {
  const sequence = runs.some(({ rows }) => rows.some(({ position }) => position !== undefined));
  return formatCsv(
    [
      'prediction_target',
      'subject',
      'model_output',
      'label',
      'cross_validation_split_index',
      'data_split',
      ...(sequence ? ['position'] : []),
    ],
    runs.flatMap(({ name, mode, rows }) =>
      rows.map(({ target, subject, output, label, position }) => [
        target,
        subject,
        text(output),
        text(label),
        name,
        mode,
        ...(sequence ? [String(position)] : []),
      ]),
    ),
  );
}

/** Text of metrics_aggregates.csv: each metric of each target over the folds. */
export function formatScalarAggregates(folds: readonly ScalarRun[]): string {
  const values = new Map<string, { readonly key: readonly string[]; readonly values: number[] }>();
  for (const { mode, metrics } of folds) {
    for (const [target, own] of metrics) {
      for (const [metric, value] of own) {
        const key = [mode, target, metric];
        const found = values.get(JSON.stringify(key)) ?? { key, values: [] };
        values.set(JSON.stringify(key), found);
        found.values.push(value);
      }
    }
  }
  const rows = [...values.values()].map(({ key, values: own }) => {
    const { count, mean, std, min, max } = summarize(own);
    return [...key, count, text(mean), text(std), text(min), text(max)];
  });
  return formatCsv(
    ['data_split', 'prediction_target', 'metric', 'count', 'mean', 'std', 'min', 'max'],
    rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : String(a[0]) > String(b[0]) ? 1 : 0)),
  );
}
