import { type Theme, theme } from '../../shared/theme.ts';
import type { Chart } from '../curves/charts.ts';
import { type Line, LineMaker } from '../curves/lines.ts';
import { nearest } from '../curves/nearest.ts';
import { colourOf } from '../curves/paint.ts';
import { formatShare } from '../format.ts';
import { axis, cursor, revision, shownRuns, shownView, smoothing } from '../state.ts';
import { hiddenSeries, toggleSeries } from './hidden-series.ts';

const maker = new LineMaker();

/** The curves of a chart with their value under the pointer, or their last; a click switches a series. */
export function ChartLegend({ chart }: { chart: Chart }) {
  revision.value;
  const runs = shownRuns.value;
  const hidden = hiddenSeries(chart);
  const options = { axis: axis.value, smoothing: smoothing.value, hidden: new Set<string>() };
  const lines = maker.linesOf(chart, runs, options).filter(({ y }) => y.some(value => !Number.isNaN(value)));
  const several = runs.length > 1;
  const shown = several ? lines.filter(({ series }) => !hidden.has(series.name)) : lines;
  const names = [...new Set(lines.map(({ series }) => series.name))];
  const one = new Set(shown.map(({ series }) => series.name)).size === 1;
  const at = cursor.value;
  const format = chart.fraction ? formatShare : chart.format;
  return (
    <div class="legend">
      {several && names.length > 1 && (
        <div class="switches">
          {names.map(name => (
            <button
              type="button"
              class="plain"
              key={name}
              aria-pressed={!hidden.has(name)}
              onClick={() => toggleSeries(chart, name)}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <ul>
        {shown.map(line => {
          const { series, run } = line;
          const off = hidden.has(series.name);
          const value = valueAt(line, at ?? shownView.value.to);
          const label = several ? (one ? run.name : `${run.name} · ${series.name}`) : series.name;
          return (
            <li key={`${run.folder} ${series.name}`} class={off ? 'off' : ''}>
              <button
                type="button"
                class="plain"
                aria-pressed={!off}
                title={`${off ? 'Show' : 'Hide'} ${series.name}`}
                onClick={() => toggleSeries(chart, series.name)}
              >
                <Swatch line={line} theme={theme.value} off={off} />
                <span>{label}</span>
                <output>{value === undefined ? '–' : format(value)}</output>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The line as it is drawn: its colour, strength and breaks. */
function Swatch({ line, theme: colours, off }: { line: Line; theme: Theme; off: boolean }) {
  const { look } = line.series;
  const colour = colourOf(line, colours);
  return (
    <svg class="line" width="16" height="8" viewBox="0 0 16 8" aria-hidden="true" opacity={off ? 0.35 : 1}>
      {look === 'dots' ? (
        <circle cx="8" cy="4" r="3" fill={colour} />
      ) : (
        <line
          x1="0"
          y1="4"
          x2="16"
          y2="4"
          stroke={colour}
          stroke-width={look === 'strong' ? 3 : 1.75}
          stroke-dasharray={line.dash.join(' ') || undefined}
        />
      )}
    </svg>
  );
}

function valueAt({ x, unit, y }: Line, place: number): number | undefined {
  const index = nearest(x, y, place / unit);
  return index === undefined ? undefined : y[index];
}
