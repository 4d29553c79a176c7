import { theme } from '../../shared/theme.ts';
import type { Chart } from '../curves/charts.ts';
import { LineMaker } from '../curves/lines.ts';
import { pictureOf } from '../curves/picture.ts';
import { csvOf } from '../export/csv.ts';
import { pngOf } from '../export/png.ts';
import { svgOf } from '../export/svg.ts';
import { axis, logarithmic, post, shownRuns, shownView, smoothing } from '../state.ts';
import { marks } from './curves.tsx';
import { hiddenSeries } from './hidden-series.ts';

const SIZE = { width: 960, height: 480 };

/** Saves a chart: as a picture of what is shown, or all its values. */
export function ExportMenu({ chart }: { chart: Chart }) {
  return (
    <label class="export" title="Save this chart">
      <span class="hidden">Save {chart.title}</span>
      <select
        value=""
        onChange={event => {
          const { value } = event.currentTarget;
          event.currentTarget.value = '';
          void save(chart, value);
        }}
      >
        <option value="" hidden>
          Save
        </option>
        <option value="png">Picture (PNG)</option>
        <option value="svg">Drawing (SVG)</option>
        <option value="csv">All values (CSV)</option>
      </select>
    </label>
  );
}

async function save(chart: Chart, kind: string): Promise<void> {
  const runs = shownRuns.value;
  const hidden = hiddenSeries(chart);
  const maker = new LineMaker();
  const name = `${runs.map(run => run.name).join('-') || 'run'}-${chart.id.replace('/', '-')}.${kind}`;
  if (kind === 'csv') {
    const lines = maker.linesOf(chart, runs, { hidden, axis: 'step', smoothing: 1 });
    return post({ type: 'save', name, bytes: new TextEncoder().encode(csvOf(lines)) });
  }
  const lines = maker.linesOf(chart, runs, { hidden, axis: axis.value, smoothing: smoothing.value });
  const log = logarithmic.value.has(chart.id);
  const options = { view: shownView.value, pixels: SIZE.width, logarithmic: log };
  const svg = svgOf(chart, pictureOf(chart, lines, marks.value, options), {
    ...SIZE,
    axis: axis.value,
    theme: theme.value,
  });
  const bytes = kind === 'svg' ? new TextEncoder().encode(svg) : await pngOf(svg, SIZE);
  post({ type: 'save', name, bytes });
}
