import type { Html } from '../html.ts';
import type { CurvePoint } from '../report-data.ts';
import { type ChartSize, colors, drawChart, palette, valueAxis } from './chart.ts';

export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** Drawn thick and dark, before the others. */
  readonly main?: boolean;
}

export interface CurvesOptions {
  readonly size: ChartSize;
  readonly description: string;
  readonly yName: string;
  /** Epoch that is marked. */
  readonly best?: number | undefined;
  readonly yAxis?: object;
  readonly yLabel?: object;
}

/** Above so many curves colours cannot be told apart: they become grey, and a legend is of no use. */
const mostColours = palette.length;

/** Curves over epochs; where they are long, thinned without losing their peaks. */
export function drawCurves(
  curves: readonly Curve[],
  { size, description, yName, best, yAxis = {}, yLabel }: CurvesOptions,
): Html {
  const others = curves.filter(({ main }) => !main);
  const coloured = others.length <= mostColours;
  const legend = curves.length > 1;
  return drawChart(
    {
      grid: { left: 62, right: 18, top: legend ? 52 : 24, bottom: 46 },
      ...(legend && {
        legend: {
          type: 'plain',
          top: 0,
          left: 50,
          icon: 'roundRect',
          itemWidth: 16,
          itemGap: 26,
          itemHeight: 3,
          textStyle: { color: colors.soft, fontSize: 12 },
          data: curves.filter(({ main }) => main || coloured).map(({ name }) => name),
        },
      }),
      xAxis: valueAxis('Epoch', {
        nameGap: 28,
        min: 'dataMin',
        max: 'dataMax',
        minInterval: 1,
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: { color: colors.line } },
      }),
      yAxis: valueAxis(yName, { nameGap: 46, ...yAxis }, yLabel),
      series: curves.map((curve, index) => ({
        type: 'line',
        name: curve.name,
        silent: true,
        sampling: 'lttb',
        showSymbol: curve.points.length < 2,
        z: curve.main ? 4 : 3,
        color: colorOf(curve, others.indexOf(curve), coloured),
        lineStyle: { width: curve.main ? 2.6 : 1.5, opacity: curve.main || coloured ? 1 : 0.55 },
        data: curve.points.map(({ epoch, value }) => [epoch, value]),
        ...(index === 0 && best !== undefined && { markLine: bestLine(best) }),
      })),
    },
    size,
    description,
  );
}

function colorOf({ main }: Curve, index: number, coloured: boolean): string {
  if (main) return colors.text;
  return coloured ? palette[index % palette.length]! : colors.muted;
}

const bestLine = (epoch: number) => ({
  symbol: 'none',
  silent: true,
  lineStyle: { color: colors.accent, type: 'dashed', width: 1.2 },
  label: { formatter: 'best', color: colors.accent, fontSize: 12, position: 'end', rotate: 0, distance: 5 },
  data: [{ xAxis: epoch }],
});
