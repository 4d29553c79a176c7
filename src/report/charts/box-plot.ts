import { summarize } from '../../evaluation/statistics.ts';
import type { MetricColumn, MetricsRow } from '../../evaluation/structure-metrics.ts';
import type { Html } from '../html.ts';
import { colors, drawChart, valueAxis } from './chart.ts';

const rowHeight = 30;

/**
 * Box plots of one metric, a row a structure in the given order: box from quartile to quartile, median, whiskers to the
 * furthest value within 1.5 times the box's length (Tukey's), every subject a dot, those beyond the whiskers on the bad side in red.
 * Infinite distances cannot be drawn and are left out.
 */
export function drawBoxPlot(
  rows: readonly MetricsRow[],
  structures: readonly string[],
  metric: MetricColumn,
  { width = 720, standalone = false }: { width?: number; standalone?: boolean } = {},
): Html {
  const values = structures.map(structure =>
    rows
      .filter(row => row.structure === structure && Number.isFinite(row[metric.name]))
      .map(row => row[metric.name]),
  );
  const boxes = values.map(tukeyBox);
  const dots = values.flatMap((own, index) =>
    own.map(value => {
      const [low, , , , high] = boxes[index]!;
      return { value, index, bad: metric.better === 'higher' ? value < low! : value > high! };
    }),
  );
  const longest = Math.max(...structures.map(name => name.length), 4);
  const unit = metric.unit === '' ? '' : ` in ${metric.unit}`;
  const range =
    metric.unit === ''
      ? { max: 1, min: ({ min }: { min: number }) => Math.floor(min * 10) / 10 }
      : { min: 0 };
  return drawChart(
    {
      grid: { left: Math.min(longest, 24) * 7 + 16, right: 20, top: 8, bottom: 46 },
      xAxis: valueAxis(metric.title + unit, range),
      yAxis: {
        type: 'category',
        inverse: true,
        data: structures,
        axisLabel: { color: colors.text, fontSize: 12.5, width: 24 * 7, overflow: 'truncate', interval: 0 },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: [
        {
          type: 'boxplot',
          silent: true,
          boxWidth: [8, 15],
          itemStyle: { color: colors.fill, borderColor: colors.accent, borderWidth: 1.4 },
          data: boxes.map(box => (box.some(Number.isNaN) ? ['-', '-', '-', '-', '-'] : box)),
        },
        ...[false, true].map(bad => ({
          type: 'scatter',
          silent: true,
          symbolSize: bad ? 6 : 4,
          itemStyle: { color: bad ? colors.alarm : colors.accent, opacity: bad ? 0.95 : 0.45 },
          data: dots.filter(dot => dot.bad === bad).map(({ value, index }) => [value, index]),
        })),
      ],
    },
    { width, height: structures.length * rowHeight + 60 },
    `Box plots of ${metric.title}${unit} for ${structures.length} structures; the table beside has the numbers.`,
    standalone,
  );
}

/** Lower whisker, quartiles with the median between them, upper whisker; NaN without values. */
function tukeyBox(values: readonly number[]): number[] {
  const { q25, median, q75 } = summarize(values);
  const reach = 1.5 * (q75 - q25);
  const within = values.filter(value => value >= q25 - reach && value <= q75 + reach);
  return within.length === 0
    ? Array.from({ length: 5 }, () => Number.NaN)
    : [Math.min(...within), q25, median, q75, Math.max(...within)];
}
