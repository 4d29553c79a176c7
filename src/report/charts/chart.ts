import { BoxplotChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, Html } from '../html.ts';

use([BoxplotChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Colours of charts: those of the page, so that a chart follows light, dark and print, with a light theme's where a
 * chart stands alone (metrics_boxplot.svg).
 */
export const colors = {
  text: 'var(--text, #1b1f24)',
  soft: 'var(--soft, #59636e)',
  line: 'var(--line, #d9dee3)',
  accent: 'var(--accent, #0b6bcb)',
  fill: 'var(--accent-fill, #d6e6f7)',
  alarm: 'var(--alarm, #c62828)',
  muted: 'var(--muted, #9aa4ae)',
} as const;

/** Colours of curves, told apart with every kind of colour vision (Okabe and Ito, 2008). */
export const palette = [
  'var(--c1, #0072b2)',
  'var(--c2, #d55e00)',
  'var(--c3, #009e73)',
  'var(--c4, #cc79a7)',
  'var(--c5, #b8860b)',
  'var(--c6, #56b4e9)',
  'var(--c7, #7a5195)',
  'var(--c8, #6b7280)',
] as const;

export const font = {
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
} as const;

/** A value axis in the look of all charts. @param label more about the axis' labels */
export function valueAxis(name: string, more: object = {}, label: object = {}): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: { color: colors.soft, fontSize: 12 },
    axisLabel: { color: colors.soft, fontSize: 12, hideOverlap: true, ...label },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colors.line, width: 1 } },
    ...more,
  };
}

/**
 * Draws a chart as SVG. It is a picture to assistive technology, told by its description.
 * @param standalone as a file of its own, with XML header and size
 */
export function drawChart(
  option: EChartsCoreOption,
  { width, height }: ChartSize,
  description: string,
  standalone = false,
): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, textStyle: { ...font, color: colors.text }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const body = svg
    .slice(svg.indexOf('>') + 1)
    // Hover styles of the library, which this picture has no use for, and its counters, which would differ each time.
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (class|ecmeta_\w+)="[^"]*"/g, '');
  const size = standalone ? ` width="${width}" height="${height}"` : '';
  const style = standalone ? ' style="background:#fff"' : '';
  const label = escapeHtml(description);
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"${size}${style} role="img" aria-label="${label}">` +
      `<title>${label}</title>${body}`,
  );
}
