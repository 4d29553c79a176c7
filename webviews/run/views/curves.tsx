import { computed } from '@preact/signals';
import { type Chart, chartsOf } from '../curves/charts.ts';
import { marksNear, marksOf } from '../curves/marks.ts';
import { formatDuration, formatPlace } from '../format.ts';
import {
  axis,
  cursor,
  post,
  revision,
  runs,
  setAxis,
  shownRuns,
  shownView,
  smoothing,
  view,
  whole,
} from '../state.ts';
import { ChartCard } from './chart-card.tsx';
import { RunLegend } from './run-legend.tsx';

const charts = computed<readonly Chart[]>(() => {
  revision.value;
  return chartsOf(shownRuns.value.map(({ store }) => store));
});
/** Of the first run that is shown: those of several would hide the curves. */
export const marks = computed(() => {
  revision.value;
  const [first] = shownRuns.value;
  return first ? marksOf(first.store, axis.value) : [];
});

const AXES = [
  ['step', 'Step'],
  ['epoch', 'Epoch'],
  ['time', 'Time'],
] as const;

/** All charts, with what they have in common above them. */
export function Curves() {
  return (
    <>
      <RunLegend />
      <div class="toolbar">
        <fieldset class="segments">
          <legend class="hidden">Horizontal axis</legend>
          {AXES.map(([value, text]) => (
            <button
              type="button"
              key={value}
              aria-pressed={axis.value === value}
              onClick={() => setAxis(value)}
            >
              {text}
            </button>
          ))}
        </fieldset>
        <Smoothing />
        <button type="button" class="plain link" onClick={() => post({ type: 'addRun' })}>
          Compare with…
        </button>
        <Readout />
        {view.value && (
          <button
            type="button"
            onClick={() => {
              view.value = undefined;
            }}
          >
            Show all
          </button>
        )}
      </div>
      <Charts />
    </>
  );
}

function Charts() {
  const list = charts.value;
  if (list.length === 0) return <Nothing />;
  return (
    <div class="charts">
      {list.map(chart => (
        <ChartCard key={chart.id} chart={chart} />
      ))}
    </div>
  );
}

/** Why there is no curve. */
function Nothing() {
  const open = runs.value;
  const text =
    shownRuns.value.length === 0
      ? 'Every run is switched off.'
      : open.some(({ caughtUp, fault }) => !caughtUp && !fault)
        ? 'Reading…'
        : open.some(({ info }) => info?.status === 'running')
          ? 'Curves begin with the first step. Volumes are prepared and the engine is started before.'
          : 'The run ended before its first step; the log may say why.';
  return <p class="empty">{text}</p>;
}

function Smoothing() {
  const window = smoothing.value;
  return (
    <label
      class="smoothing"
      title="Average over the last steps, in curves of single steps; what was measured stays below"
    >
      Smoothing
      <input
        type="range"
        min="0"
        max="3"
        step="0.05"
        value={Math.log10(window)}
        aria-valuetext={window > 1 ? `${window} steps` : 'none'}
        onInput={event => {
          smoothing.value = Math.round(10 ** Number(event.currentTarget.value));
        }}
      />
      <output>{window > 1 ? `${window} steps` : 'none'}</output>
    </label>
  );
}

/** Where the pointer is, and what happened there. */
function Readout() {
  const x = cursor.value;
  if (x === undefined) {
    return <p class="readout hint">Drag to zoom, Shift-drag to move, double-click to show all</p>;
  }
  const { from, to } = shownView.value;
  const near = marksNear(marks.value, x, (to - from) / 150);
  return <p class="readout">{[formatPlace(axis.value, x), ...others(x), ...near].join(' · ')}</p>;
}

/** The same place on the other axes, by the first run. */
function others(x: number): string[] {
  const [first] = shownRuns.value;
  if (!first || whole.value.to === 0) return [];
  const { steps, started } = first.store;
  if (axis.value === 'time' || steps.length === 0) return [];
  const perEpoch = Math.max(1, started?.stepsPerEpoch ?? 1);
  const at = axis.value === 'epoch' ? x * perEpoch : x;
  const index = Math.min(steps.length - 1, Math.max(0, Math.round(at) - 1));
  const place =
    axis.value === 'step' ? formatPlace('epoch', at / perEpoch) : formatPlace('step', Math.round(at));
  return [place, formatDuration(steps.seconds.at(index))];
}
