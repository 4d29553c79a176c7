import { structuresOf } from '../../evaluation/metrics-table.ts';
import { type Summary, summarize } from '../../evaluation/statistics.ts';
import { extendedColumns, type MetricColumn, type MetricsRow } from '../../evaluation/structure-metrics.ts';
import { drawBoxPlot } from '../charts/box-plot.ts';
import { asId, countOf, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { SplitResults } from '../report-data.ts';
import { type Column, table } from '../table.ts';

const shown = ['dice', 'hausdorffMm', 'hausdorff95Mm', 'meanDistanceMm'];

interface StructureSummary extends Summary {
  readonly structure: string;
}

/** Per structure and metric the distribution over the subjects, best structure first. */
export function splitSection(split: SplitResults): Html {
  const subjects = new Set(split.rows.map(({ patient }) => patient)).size;
  const metrics = shown
    .map(name => extendedColumns.find(column => column.name === name)!)
    .filter(({ name }) => split.rows.some(row => !Number.isNaN(row[name])));
  return html`<section id="${asId(split.name)}" aria-labelledby="${asId(split.name)}-title">
<h2 id="${asId(split.name)}-title">${split.name}: ${countOf(subjects, 'subject')}</h2>
${metrics.map(metric => metricCard(split.rows, metric))}</section>`;
}

function metricCard(rows: readonly MetricsRow[], metric: MetricColumn): Html {
  const summaries = structuresOf(rows).map(structure => ({
    structure,
    ...summarize(rows.filter(row => row.structure === structure).map(row => row[metric.name])),
  }));
  const sign = metric.better === 'higher' ? -1 : 1;
  // What is infinite or NaN on average comes last.
  const rank = ({ mean }: Summary) => (Number.isFinite(mean) ? sign * mean : Number.MAX_VALUE);
  summaries.sort((a, b) => rank(a) - rank(b));
  const infinite = rows.filter(row => row[metric.name] === Number.POSITIVE_INFINITY).length;
  const unit = metric.unit === '' ? '' : ` in ${metric.unit}`;
  return html`<div class="card metric"><h3>${metric.title}${unit}</h3>
<figure>${drawBoxPlot(
    rows,
    summaries.map(({ structure }) => structure),
    metric,
    { width: 500 },
  )}${infinite > 0 && html`<figcaption class="soft">${countOf(infinite, 'infinite value')} (the structure is missing on one side) not drawn.</figcaption>`}</figure>
${table('Best structure first.', columns(metric.unit), summaries)}</div>`;
}

function columns(unit: string): Column<StructureSummary>[] {
  const statistic = (title: string, name: Exclude<keyof Summary, 'count'>): Column<StructureSummary> => ({
    title,
    cell: summary => formatValue(summary[name], unit),
    value: summary => summary[name],
  });
  return [
    { title: 'Structure', cell: ({ structure }) => structure },
    { title: 'Count', cell: ({ count }) => String(count), value: ({ count }) => count },
    statistic('Mean', 'mean'),
    statistic('Std', 'std'),
    statistic('Min', 'min'),
    statistic('25 %', 'q25'),
    statistic('Median', 'median'),
    statistic('75 %', 'q75'),
    statistic('Max', 'max'),
  ];
}
