import { keyOf } from '../../evaluation/comparison/compare-metrics.ts';
import type { MetricColumn, MetricsRow } from '../../evaluation/structure-metrics.ts';
import type { Html } from '../html.ts';
import { colors, drawChart, palette, valueAxis } from './chart.ts';

/** Two models' values of a subject and structure. */
interface Dot {
  readonly structure: string;
  readonly x: number;
  readonly y: number;
}

const SIZE = { width: 640, height: 560 };

/**
 * One model over another, a dot a subject and structure, with the line on which both are equal (InnerEye's
 * scatterplots). Infinite distances cannot be drawn and are left out.
 */
export function drawScatter(
  first: { readonly name: string; readonly rows: readonly MetricsRow[] },
  second: { readonly name: string; readonly rows: readonly MetricsRow[] },
  metric: MetricColumn,
): Html {
  const dots = dotsOf(first.rows, second.rows, metric);
  const structures = [...new Set(dots.map(({ structure }) => structure))];
  const values = dots.flatMap(({ x, y }) => [x, y]);
  const low = metric.unit === '' ? Math.floor(Math.min(1, ...values) * 10) / 10 : 0;
  const high = metric.unit === '' ? 1 : Math.ceil(Math.max(1, ...values));
  const unit = metric.unit === '' ? '' : ` in ${metric.unit}`;
  const axis = (name: string) => valueAxis(`${metric.title}${unit}, ${name}`, { min: low, max: high });
  // Structures beyond the palette share its colours; the legend would be of no use then.
  const named = structures.length <= palette.length;
  return drawChart(
    {
      grid: { left: 62, right: 20, top: named ? 64 : 20, bottom: 48 },
      ...(named && { legend: { top: 0, left: 50, data: structures, textStyle: { color: colors.soft } } }),
      xAxis: axis(first.name),
      yAxis: { ...axis(second.name), nameGap: 44 },
      series: [
        {
          type: 'line',
          silent: true,
          showSymbol: false,
          lineStyle: { color: colors.muted, type: 'dashed', width: 1.2 },
          data: [
            [low, low],
            [high, high],
          ],
        },
        ...structures.map((structure, index) => ({
          type: 'scatter',
          name: structure,
          silent: true,
          symbolSize: 6,
          itemStyle: { color: palette[index % palette.length]!, opacity: 0.75 },
          data: dots.filter(dot => dot.structure === structure).map(({ x, y }) => [x, y]),
        })),
      ],
    },
    SIZE,
    `${metric.title}${unit} of ${second.name} over that of ${first.name}, ${dots.length} dots; above the line ${second.name} has more.`,
    true,
  );
}

function dotsOf(first: readonly MetricsRow[], second: readonly MetricsRow[], { name }: MetricColumn): Dot[] {
  const known = new Map(second.map(row => [keyOf(row), row[name]]));
  return first
    .map(row => ({ structure: row.structure, x: row[name], y: known.get(keyOf(row)) ?? Number.NaN }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
}
