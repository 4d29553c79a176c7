import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import type { Html } from '../html.ts';
import { colors, drawChart, palette, valueAxis } from './chart.ts';

const SIZE = { width: 480, height: 440 };

/** Predicted over true values, a dot a subject, with the line on which both are equal. */
export function drawAgreement(rows: readonly ScalarRow[], target: string): Html {
  const values = rows.flatMap(({ output, label }) => [output, label]);
  const margin = (Math.max(...values) - Math.min(...values)) * 0.05 || 1;
  const round = (value: number) => Number(value.toPrecision(3));
  const range = { min: round(Math.min(...values) - margin), max: round(Math.max(...values) + margin) };
  return drawDots(
    rows.map(({ output, label }) => [label, output]),
    { x: `True ${target}`, y: 'Predicted', range },
    `Predicted over true ${target} of ${rows.length} subjects; on the dashed line both are equal.`,
  );
}

/** Sensitivity over 1 − specificity for every threshold; the dashed line is chance. */
export function drawRoc(rows: readonly ScalarRow[], target: string): Html {
  const sorted = [...rows].sort((a, b) => b.output - a.output);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  const points: [number, number][] = [[0, 0]];
  let [found, wrong] = [0, 0];
  sorted.forEach(({ label, output }, index) => {
    if (label === 1) found++;
    else wrong++;
    // Equal outputs cannot be told apart by any threshold.
    if (sorted[index + 1]?.output !== output) points.push([wrong / negatives, found / positives]);
  });
  return drawDots(
    points,
    { x: '1 − specificity', y: 'Sensitivity', range: { min: 0, max: 1 }, line: true },
    `ROC curve of ${target}: ${positives} with, ${negatives} without.`,
  );
}

function drawDots(
  points: readonly (readonly [number, number])[],
  {
    x,
    y,
    range,
    line = false,
  }: { x: string; y: string; range: { min: number; max: number }; line?: boolean },
  description: string,
): Html {
  return drawChart(
    {
      grid: { left: 70, right: 20, top: 20, bottom: 48 },
      xAxis: valueAxis(x, range),
      yAxis: { ...valueAxis(y, range), nameGap: 52 },
      series: [
        {
          type: 'line',
          silent: true,
          showSymbol: false,
          lineStyle: { color: colors.muted, type: 'dashed', width: 1.2 },
          data: [
            [range.min, range.min],
            [range.max, range.max],
          ],
        },
        {
          type: line ? 'line' : 'scatter',
          silent: true,
          showSymbol: !line,
          symbolSize: 7,
          color: palette[0],
          lineStyle: { width: 2 },
          itemStyle: { color: palette[0], opacity: 0.75 },
          data: points.map(point => [...point]),
        },
      ],
    },
    SIZE,
    description,
    true,
  );
}
