import { formatColumns } from '../../foundation/columns.ts';
import type { RunRows } from '../comparison/all-runs-table.ts';
import { formatNumber } from '../metrics-table.ts';
import { standardDeviation, summarize } from '../statistics.ts';
import { innerEyeColumns, type MetricColumn } from '../structure-metrics.ts';

/** A structure of a subject that some of the folds did unusually badly. */
export interface FoldOutlier {
  readonly patient: string;
  readonly structure: string;
  /** Folds in which it is one, and what they reached. */
  readonly folds: readonly { readonly fold: string; readonly value: number }[];
}

/** InnerEye's: standard deviations from the mean. */
const LIMIT = 3;

/**
 * Subjects whose value lies more than three standard deviations on the bad side of their structure's mean over all folds;
 * infinite distances are always outliers. InnerEye pooled all structures, so that a hard one hid the failures of another.
 */
export function foldOutliers(folds: readonly RunRows[], metric: MetricColumn): FoldOutlier[] {
  const all = folds.flatMap(({ name, rows }) =>
    rows.map(row => ({
      fold: name,
      patient: row.patient,
      structure: row.structure,
      value: row[metric.name],
    })),
  );
  const found = new Map<string, FoldOutlier>();
  for (const structure of [...new Set(all.map(one => one.structure))].sort()) {
    const own = all.filter(one => one.structure === structure && !Number.isNaN(one.value));
    const finite = own.map(({ value }) => value).filter(Number.isFinite);
    const { mean } = summarize(finite);
    const reach = LIMIT * standardDeviation(finite);
    const isBad = (value: number) =>
      metric.better === 'higher' ? value < mean - reach : value > mean + reach || value === Infinity;
    for (const { patient, fold, value } of own) {
      if (!isBad(value)) continue;
      const key = JSON.stringify([patient, structure]);
      const before = found.get(key)?.folds ?? [];
      found.set(key, { patient, structure, folds: [...before, { fold, value }] });
    }
  }
  const worst = ({ folds: own }: FoldOutlier) => {
    const values = own.map(({ value }) => value);
    return metric.better === 'higher' ? Math.min(...values) : -Math.max(...values);
  };
  return [...found.values()].sort((a, b) => b.folds.length - a.folds.length || worst(a) - worst(b));
}

/** Text of InnerEye's Test_outliers.txt and Val_outliers.txt; in it, as there, Dice is in percent. */
export function formatOutliers(folds: readonly RunRows[]): string {
  const attributes = (patient: string) =>
    folds.map(({ attributesOf }) => attributesOf(patient)).find(own => Object.keys(own).length > 0) ?? {};
  return innerEyeColumns
    .slice(0, 2)
    .map(metric => {
      const scale = metric.name === 'dice' ? 100 : 1;
      const rows = foldOutliers(folds, metric).map(({ patient, structure, folds: own }) => {
        const { seriesId = '', institutionId = '' } = attributes(patient);
        const { count, mean, min, max } = summarize(own.map(({ value }) => value * scale));
        return [
          patient,
          structure,
          seriesId,
          institutionId,
          count.toFixed(1),
          ...[mean, min, max].map(formatNumber),
        ];
      });
      const text = rows.length === 0 ? ['No outliers found'] : formatColumns([HEAD, ...rows], [4, 5, 6, 7]);
      return `\n\n=== METRIC: ${metric.column} ===\n\n${text.join('\n')}\n`;
    })
    .join('');
}

const HEAD = ['Patient', 'Structure', 'seriesId', 'institutionId', 'count', 'mean', 'min', 'max'];
