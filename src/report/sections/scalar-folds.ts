import type { ScalarRun } from '../../evaluation/cross-validation/aggregate-scalar.ts';
import { summarize } from '../../evaluation/statistics.ts';
import { formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import { table } from '../table.ts';

interface Row {
  readonly mode: string;
  readonly target: string;
  readonly metric: string;
  readonly folds: readonly number[];
  readonly ensemble: number;
}

/** Metrics of each target over the folds, and those of the ensemble. */
export function scalarFoldsSection(runs: readonly ScalarRun[]): Html {
  const rows = new Map<string, Row>();
  for (const { name, mode, metrics } of runs) {
    for (const [target, own] of metrics) {
      for (const [metric, value] of own) {
        const key = JSON.stringify([mode, target, metric]);
        const before = rows.get(key) ?? { mode, target, metric, folds: [], ensemble: Number.NaN };
        rows.set(
          key,
          /^\d+$/.test(name)
            ? { ...before, folds: [...before.folds, value] }
            : { ...before, ensemble: value },
        );
      }
    }
  }
  const column = (title: string, of: (row: Row) => number) => ({
    title,
    cell: (row: Row) => formatValue(of(row), ''),
    value: of,
  });
  return html`<section id="results" aria-labelledby="results-title"><h2 id="results-title">Over the folds</h2>
<div class="card">${table(
    'Each metric over the folds, and that of the ensemble on the test subjects.',
    [
      { title: 'Metric', cell: (row: Row) => row.metric.replaceAll('_', ' ') },
      { title: 'Target', cell: row => row.target },
      { title: 'Split', cell: row => row.mode },
      column('Mean', row => summarize(row.folds).mean),
      column('Std', row => summarize(row.folds).std),
      column('Min', row => summarize(row.folds).min),
      column('Max', row => summarize(row.folds).max),
      column('Ensemble', row => row.ensemble),
    ],
    [...rows.values()],
  )}</div></section>`;
}
