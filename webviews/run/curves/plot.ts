import uPlot from 'uplot';
import type { Theme } from '../../shared/theme.ts';
import { withOpacity } from '../../shared/with-opacity.ts';
import type { Chart } from './charts.ts';
import { paint } from './paint.ts';
import type { Picture } from './picture.ts';
import { drawnByProcessor } from './software-canvas.ts';
import type { View } from './view.ts';

/** What a plot tells when it is used. */
export interface PlotEvents {
  /** The place under the pointer, on the horizontal axis; undefined when it leaves. */
  hover(x: number | undefined): void;
  /** A stretch was drawn with the pointer. */
  select(view: View): void;
  /** It was moved by a share of its width. */
  pan(share: number): void;
  /** It was made `factor` times as wide around a place. */
  zoom(factor: number, around: number): void;
  reset(): void;
}

/** How the plot writes numbers on its axes. */
export interface PlotFormats {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
}

/**
 * A chart on a canvas: uPlot draws axes and grid and handles the pointer; the curves are painted from a `Picture`, which
 * has of every line what is seen at this width.
 */
export class Plot {
  private readonly plot: uPlot;
  private picture: Picture | undefined;
  private readonly line = document.createElement('div');

  constructor(
    host: HTMLElement,
    chart: Chart,
    private readonly options: {
      readonly size: { readonly width: number; readonly height: number };
      readonly logarithmic: boolean;
      readonly events: PlotEvents;
      formats(): PlotFormats;
      theme(): Theme;
    },
  ) {
    const { size, logarithmic, events } = options;
    const settings: uPlot.Options = {
      ...size,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
      series: [{}, { scale: 'y', show: true, auto: false, paths: () => null, points: { show: false } }],
      axes: [this.axis('x', chart), this.axis('y', chart)],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          mousedown: (_, __, handle) => event => {
            if (event.shiftKey) this.startPan(event);
            else handle(event);
            return null;
          },
          dblclick: () => () => {
            events.reset();
            return null;
          },
        },
      },
      hooks: {
        draw: [plot => this.paint(plot)],
        setCursor: [plot => this.hovered(plot)],
        setSelect: [plot => this.selected(plot)],
      },
    };
    const nothing: uPlot.AlignedData = [
      [0, 1],
      [null, null],
    ];
    this.plot = drawnByProcessor(() => new uPlot(settings, nothing, host));
    this.line.className = 'cursor-line';
    this.plot.over.append(this.line);
    this.plot.over.addEventListener('wheel', event => this.wheel(event), { passive: false });
  }

  /** Width of the curves in pixels of the screen. */
  get pixels(): number {
    return Math.max(1, Math.round(this.plot.bbox.width));
  }

  show(picture: Picture): void {
    this.picture = picture;
    const { view, range } = picture;
    this.plot.batch(() => {
      this.plot.setScale('x', { min: view.from, max: view.to });
      this.plot.setScale('y', { min: range[0], max: range[1] });
      this.plot.redraw(false, true);
    });
  }

  resize(width: number, height: number): void {
    if (width !== this.plot.width || height !== this.plot.height) this.plot.setSize({ width, height });
  }

  /** Shows the place that the pointer has on whatever chart; undefined: none. */
  point(x: number | undefined): void {
    const view = this.picture?.view;
    const inside = view && x !== undefined && x >= view.from && x <= view.to;
    this.line.hidden = !inside;
    if (inside) this.line.style.transform = `translateX(${Math.round(this.plot.valToPos(x, 'x'))}px)`;
  }

  destroy(): void {
    this.plot.destroy();
  }

  private axis(scale: 'x' | 'y', chart: Chart): uPlot.Axis {
    const { theme, formats } = this.options;
    return {
      scale,
      stroke: () => theme().muted,
      font: `11px ${theme().font}`,
      ticks: { show: false },
      grid: {
        show: scale === 'y',
        stroke: () => withOpacity(theme().foreground, theme().highContrast ? 0.35 : 0.1),
        width: 1,
      },
      values: (_, splits) => {
        const format = scale === 'x' ? formats().x : chart.format;
        return splits.map(value => (value === null ? null : format(value)));
      },
      ...(scale === 'x' ? { size: 26, gap: 6, space: 70 } : { size: 58, gap: 6, space: 36 }),
    } as uPlot.Axis;
  }

  private paint(plot: uPlot): void {
    if (this.picture) paint(plot.ctx, this.picture, plot.bbox, this.options.theme(), devicePixelRatio);
  }

  private hovered({ cursor, posToVal }: uPlot): void {
    const { left } = cursor;
    if (this.picture) {
      this.options.events.hover(left === undefined || left < 0 ? undefined : posToVal(left, 'x'));
    }
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 3) return;
    const view = { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.events.select(view);
  }

  private wheel(event: WheelEvent): void {
    const { events } = this.options;
    const along = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      const around = this.plot.posToVal(event.offsetX, 'x');
      events.zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100) * 0.004), around);
    } else if (Math.abs(along) > Math.abs(event.deltaY) || (event.shiftKey && along !== 0)) {
      events.pan(along / this.plot.over.clientWidth);
    } else return;
    event.preventDefault();
  }

  private startPan({ clientX, pointerId }: MouseEvent & { pointerId?: number }): void {
    const { over } = this.plot;
    let last = clientX;
    const move = (event: PointerEvent) => {
      this.options.events.pan((last - event.clientX) / over.clientWidth);
      last = event.clientX;
    };
    const end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    if (pointerId !== undefined) over.setPointerCapture(pointerId);
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  }
}
