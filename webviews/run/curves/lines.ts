import type { RunStore } from '../store/run-store.ts';
import type { Chart, Series } from './charts.ts';
import { type DrawnPoints, decimate } from './decimate.ts';
import { Smoothed } from './smoothing.ts';
import { type Axis, placed, type View } from './view.ts';

/** A run as charts draw it. */
export interface ShownRun {
  readonly folder: string;
  readonly name: string;
  readonly store: RunStore;
  /** Place in the palette. */
  readonly colour: number;
  /** Colours of structures, by name, where the configuration gives them. */
  readonly structures?: ReadonlyMap<string, string>;
}

/** A line of one series of one run, whole, in typed arrays. */
export interface Line {
  readonly run: ShownRun;
  readonly series: Series;
  /** Place in the palette; `foreground` for what sums up the others; `#rrggbb` where the configuration gives it. */
  readonly colour: number | string;
  readonly dash: readonly number[];
  /** Ascending; times `unit` it is on the axis. */
  readonly x: Float64Array;
  readonly unit: number;
  readonly y: Float64Array;
  /** As they were measured, where `y` is smoothed. */
  readonly raw?: Float64Array;
}

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Makes the lines of a chart; keeps smoothed values from one call to the next. */
export class LineMaker {
  private readonly smoothed = new WeakMap<object, Smoothed>();

  /** Lines of the runs for the series that are not hidden, in the order of the legend. */
  linesOf(
    chart: Chart,
    runs: readonly ShownRun[],
    options: { readonly hidden: ReadonlySet<string>; readonly axis: Axis; readonly smoothing: number },
  ): Line[] {
    const single = runs.length === 1;
    const lines: Line[] = [];
    for (const run of runs) {
      for (const [index, series] of chart.series.entries()) {
        const found = options.hidden.has(series.name) ? undefined : series.find(run.store);
        if (!found || found.values.length === 0) continue;
        const raw = found.values.values;
        const y = series.noisy ? this.smooth(found, raw, options.smoothing) : raw;
        lines.push({
          run,
          series,
          ...(single && chart.colourBySeries
            ? { colour: colourOf(chart, index, run), dash: dashAfter(index) }
            : { colour: run.colour, dash: dashOf(chart, series, run) }),
          ...placed(run.store, found.table, options.axis),
          y,
          ...(y !== raw && { raw }),
        });
      }
    }
    return lines;
  }

  private smooth(
    found: NonNullable<ReturnType<Series['find']>>,
    raw: Float64Array,
    window: number,
  ): Float64Array {
    let smoothed = this.smoothed.get(found.values);
    if (!smoothed) {
      smoothed = new Smoothed();
      this.smoothed.set(found.values, smoothed);
    }
    return smoothed.of(raw, window, found.table.generation);
  }
}

/** The mean is drawn in the colour of text, structures in the order of the configuration, test dots like theirs. */
function colourOf(chart: Chart, index: number, { structures }: ShownRun): number | string {
  const name = chart.series[index]!.name.replace(/ \(test\)$/, '');
  if (name === 'mean') return 'foreground';
  const given = chart.fraction ? structures?.get(name) : undefined;
  if (given !== undefined) return given;
  const names = chart.series.map(series => series.name).filter(other => other !== 'mean');
  return names.indexOf(name) >= 0 ? names.indexOf(name) : index;
}

/** Colours repeat after a round of the palette; lines of the next round are broken. */
const dashAfter = (index: number) => DASHES[Math.floor(index / 7) % DASHES.length]!;

function dashOf(chart: Chart, series: Series, run: ShownRun): readonly number[] {
  if (series.look) return [];
  const others = chart.series.filter(({ look }) => !look);
  return DASHES[(others.indexOf(series) + Math.floor(run.colour / 6)) % DASHES.length]!;
}

/** What of a line is seen in a view, in units of the axis. */
export function visiblePoints({ x, unit }: Line, y: Float64Array, view: View, pixels: number): DrawnPoints {
  const points = decimate(x, y, { from: view.from / unit, to: view.to / unit }, pixels);
  return unit === 1 ? points : { x: points.x.map(value => value * unit), y: points.y };
}
