import type { Html } from '../html.ts';
import { colors, drawChart, palette, valueAxis } from './chart.ts';

const SIZE = { width: 480, height: 440 };

type Point = readonly [x: number, y: number];
export type Line = readonly [Point, Point];
interface Range {
  readonly min: number;
  readonly max: number;
}
interface Axis {
  readonly name: string;
  readonly range: Range;
}

/** The axis of a share. */
export const SHARE: Range = { min: 0, max: 1 };

/** Where both axes say the same. */
export const diagonal = ({ min, max }: Range): Line => [
  [min, min],
  [max, max],
];

/** Dots, or a line through them, beside dashed lines to compare with. */
export function drawDots(
  points: readonly Point[],
  { x, y, lines, joined = false }: { x: Axis; y: Axis; lines: readonly Line[]; joined?: boolean },
  description: string,
): Html {
  return drawChart(
    {
      grid: { left: 70, right: 20, top: 20, bottom: 48 },
      xAxis: valueAxis(x.name, x.range),
      yAxis: { ...valueAxis(y.name, y.range), nameGap: 52 },
      series: [
        ...lines.map(line => ({
          type: 'line',
          silent: true,
          showSymbol: false,
          lineStyle: { color: colors.muted, type: 'dashed', width: 1.2 },
          data: line.map(point => [...point]),
        })),
        {
          type: joined ? 'line' : 'scatter',
          silent: true,
          showSymbol: !joined || points.length < 2,
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
