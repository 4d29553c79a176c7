import type { RunRows } from '../../evaluation/comparison/all-runs-table.ts';
import { foldOutliers } from '../../evaluation/cross-validation/fold-outliers.ts';
import { structuresOf } from '../../evaluation/metrics-table.ts';
import { type Summary, summarize } from '../../evaluation/statistics.ts';
import { innerEyeColumns, type MetricColumn } from '../../evaluation/structure-metrics.ts';
import { drawFoldBoxPlot, foldTitle } from '../charts/fold-box-plot.ts';
import { asId, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import { table } from '../table.ts';

/** Box plots and outliers of each structure on a split, fold beside fold. */
export function foldSplitSection(mode: string, folds: readonly RunRows[]): Html {
  const structures = structuresOf(folds.flatMap(({ rows }) => rows));
  return html`<section id="${asId(mode)}" aria-labelledby="${asId(mode)}-title">
<h2 id="${asId(mode)}-title">${mode}: fold by fold</h2>
${structures.map(structure => html`${innerEyeColumns.slice(0, 2).map(metric => structureCard(structure, folds, metric))}`)}
${outliers(mode, folds)}</section>`;
}

interface FoldSummary extends Summary {
  readonly name: string;
}

function structureCard(structure: string, folds: readonly RunRows[], metric: MetricColumn): Html {
  const summaries = folds.map(
    ({ name, rows }): FoldSummary => ({
      name: foldTitle(name),
      ...summarize(rows.filter(row => row.structure === structure).map(row => row[metric.name])),
    }),
  );
  const column = (title: string, name: 'mean' | 'std' | 'median' | 'min' | 'max') => ({
    title,
    cell: (one: FoldSummary) => formatValue(one[name], metric.unit),
    value: (one: FoldSummary) => one[name],
  });
  const unit = metric.unit === '' ? '' : ` in ${metric.unit}`;
  return html`<div class="card metric"><h3>${structure}: ${metric.title}${unit}</h3>
<figure>${drawFoldBoxPlot(folds, metric, false, structure)}</figure>
${table(
  'Over the subjects of the split.',
  [
    { title: 'Fold', cell: (one: FoldSummary) => one.name },
    { title: 'Count', cell: one => String(one.count), value: one => one.count },
    column('Mean', 'mean'),
    column('Std', 'std'),
    column('Min', 'min'),
    column('Median', 'median'),
    column('Max', 'max'),
  ],
  summaries,
)}</div>`;
}

function outliers(mode: string, folds: readonly RunRows[]): Html {
  const found = innerEyeColumns
    .slice(0, 2)
    .flatMap(metric => foldOutliers(folds, metric).map(outlier => ({ metric, outlier })));
  if (found.length === 0) {
    return html`<p>No outliers: on ${mode} no value lies more than three standard deviations on the bad side of its structure's mean over the folds.</p>`;
  }
  type Found = (typeof found)[number];
  const values = ({ outlier }: Found) => outlier.folds.map(({ value }) => value);
  return html`<div class="card"><h3>Outliers</h3>${table(
    "More than three standard deviations on the bad side of the structure's mean over all folds, or infinite; first what most folds fail at.",
    [
      { title: 'Subject', cell: ({ outlier }: Found) => outlier.patient },
      { title: 'Structure', cell: ({ outlier }) => outlier.structure },
      { title: 'Metric', cell: ({ metric }) => metric.title },
      { title: 'In', cell: ({ outlier }) => outlier.folds.map(({ fold }) => foldTitle(fold)).join(', ') },
      {
        title: 'Mean',
        cell: one => formatValue(summarize(values(one)).mean, one.metric.unit),
        value: one => summarize(values(one)).mean,
      },
    ],
    found,
  )}</div>`;
}
