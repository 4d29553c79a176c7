import { effect, untracked } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../shared/theme.ts';
import type { Chart } from '../curves/charts.ts';
import { LineMaker } from '../curves/lines.ts';
import { pictureOf } from '../curves/picture.ts';
import { Plot } from '../curves/plot.ts';
import { formatDuration, formatNumber } from '../format.ts';
import * as state from '../state.ts';
import { ChartLegend } from './chart-legend.tsx';
import { marks } from './curves.tsx';
import { ExportMenu } from './export-menu.tsx';
import { hiddenSeries } from './hidden-series.ts';

const HEIGHT = 210;

/** A chart with its title, legend, switches and exports. */
export function ChartCard({ chart }: { chart: Chart }) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(chart);
  latest.current = chart;
  const redraw = useRef(() => {});
  const logarithmic = state.logarithmic.value.has(chart.id);
  useEffect(() => {
    const live = liveChart(host.current!, () => latest.current, logarithmic);
    redraw.current = live.draw;
    return live.dispose;
  }, [logarithmic]);
  useEffect(() => redraw.current());
  return (
    <section class="chart" aria-label={chart.title}>
      <div class="head">
        <h2 title={chart.description}>{chart.title}</h2>
        <button
          type="button"
          class="plain"
          aria-pressed={logarithmic}
          title="Logarithmic axis"
          onClick={() => {
            state.logarithmic.value = state.toggled(state.logarithmic.value, chart.id);
          }}
        >
          log
        </button>
        <ExportMenu chart={chart} />
      </div>
      <div
        class="plot"
        ref={host}
        role="application"
        aria-roledescription="chart"
        aria-label={`${chart.description}. Arrow keys read values, with Shift they move; plus and minus zoom, 0 shows all.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is read and moved with keys
        tabIndex={0}
        onKeyDown={useKeys}
      />
      <ChartLegend chart={chart} />
    </section>
  );
}

/** Keeps a plot drawn while it is on the screen; what it depends on are signals. */
function liveChart(host: HTMLElement, chart: () => Chart, logarithmic: boolean) {
  const maker = new LineMaker();
  const plot = new Plot(host, chart(), {
    size: { width: host.clientWidth, height: HEIGHT },
    logarithmic,
    events: {
      hover: x => {
        state.cursor.value = x;
      },
      select: view => {
        state.view.value = view;
      },
      pan: state.panView,
      zoom: state.zoomView,
      reset: () => {
        state.view.value = undefined;
      },
    },
    formats: () => ({
      x: state.axis.value === 'time' ? formatDuration : value => formatNumber(value),
      y: chart().format,
    }),
    theme: () => theme.value,
  });
  let onScreen = true;
  let frame = 0;
  const draw = () => {
    if (!onScreen || frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const options = {
        hidden: hiddenSeries(chart()),
        axis: state.axis.value,
        smoothing: state.smoothing.value,
      };
      const lines = maker.linesOf(chart(), state.shownRuns.value, options);
      const view = state.shownView.value;
      plot.show(pictureOf(chart(), lines, marks.value, { view, pixels: plot.pixels, logarithmic }));
      plot.point(state.cursor.value);
    });
  };
  const watched = new ResizeObserver(() => {
    plot.resize(host.clientWidth, HEIGHT);
    draw();
  });
  watched.observe(host);
  const seen = new IntersectionObserver(
    ([entry]) => {
      onScreen = entry?.isIntersecting ?? true;
      draw();
    },
    { rootMargin: '40px' },
  );
  seen.observe(host);
  const ends = [
    effect(() => {
      state.revision.value;
      state.shownRuns.value;
      state.shownView.value;
      state.smoothing.value;
      state.switched.value;
      marks.value;
      theme.value;
      untracked(draw);
    }),
    effect(() => plot.point(state.cursor.value)),
  ];
  const dispose = () => {
    for (const end of ends) end();
    watched.disconnect();
    seen.disconnect();
    cancelAnimationFrame(frame);
    plot.destroy();
  };
  return { draw, dispose };
}

/** Reading and moving a chart with the keyboard. */
function useKeys(event: KeyboardEvent): void {
  const { from, to } = state.shownView.value;
  const middle = state.cursor.value ?? (from + to) / 2;
  const step = (event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0) / 100;
  if (step !== 0 && event.shiftKey) state.panView(step * 10);
  else if (step !== 0) state.cursor.value = Math.min(to, Math.max(from, middle + step * (to - from)));
  else if (event.key === '+' || event.key === '=') state.zoomView(0.7, middle);
  else if (event.key === '-') state.zoomView(1 / 0.7, middle);
  else if (event.key === '0' || event.key === 'Escape') {
    state.view.value = undefined;
    state.cursor.value = undefined;
  } else return;
  event.preventDefault();
}
