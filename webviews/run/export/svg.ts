import type { Theme } from '../../shared/theme.ts';
import type { Chart } from '../curves/charts.ts';
import type { Mark } from '../curves/marks.ts';
import { type Box, colourOf, markColour, type Projection, projectionOf } from '../curves/paint.ts';
import type { Picture, Stroke } from '../curves/picture.ts';
import type { Axis } from '../curves/view.ts';
import { formatDuration, formatNumber } from '../format.ts';
import { ticksOf } from './ticks.ts';

export interface SvgOptions {
  readonly width: number;
  readonly height: number;
  readonly axis: Axis;
  readonly theme: Theme;
}

const MARGIN = { left: 70, right: 24, top: 48, bottom: 52 };
const AXIS_TITLES = { step: 'Step', epoch: 'Epoch', time: 'Time of training' } as const;

/** A picture as a drawing of its own: title, legend, axes, curves and marks, in the colours of the theme. */
export function svgOf(chart: Chart, picture: Picture, options: SvgOptions): string {
  const { width, height, theme } = options;
  const box: Box = {
    left: MARGIN.left,
    top: MARGIN.top + legendRows(picture, width) * 18,
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom - legendRows(picture, width) * 18,
  };
  const project = projectionOf(picture, box);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(theme.font)}" font-size="12">
<title>${escapeXml(chart.title)}</title>
<desc>${escapeXml(chart.description)}</desc>
<rect width="${width}" height="${height}" fill="${theme.background}"/>
<text x="${MARGIN.left}" y="28" font-size="16" font-weight="600" fill="${theme.foreground}">${escapeXml(chart.title)}</text>
${legend(picture, options)}
${axes(chart, picture, box, project, options)}
<clipPath id="box"><rect x="${box.left}" y="${box.top - 2}" width="${box.width}" height="${box.height + 4}"/></clipPath>
<g clip-path="url(#box)" fill="none" stroke-linejoin="round">
${picture.marks.map(mark => drawMark(mark, box, project, theme)).join('')}
${picture.strokes.map(stroke => drawStroke(stroke, project, theme)).join('\n')}
</g>
</svg>
`;
}

/** Curves that the legend names: each once, without the faint ones beneath smoothed ones. */
function named({ strokes }: Picture): Stroke[] {
  return strokes.filter(({ line, opacity }) => line.raw === undefined || opacity === 1);
}

const COLUMN = 220;
const perRow = (width: number) => Math.max(1, Math.floor((width - MARGIN.left - MARGIN.right) / COLUMN));
const legendRows = (picture: Picture, width: number) => Math.ceil(named(picture).length / perRow(width));

function legend(picture: Picture, { width, theme }: SvgOptions): string {
  const several = new Set(picture.strokes.map(({ line }) => line.run.folder)).size > 1;
  return named(picture)
    .map(({ line }, index) => {
      const x = MARGIN.left + (index % perRow(width)) * COLUMN;
      const y = 46 + Math.floor(index / perRow(width)) * 18;
      const label = several ? `${line.run.name} · ${line.series.name}` : line.series.name;
      return `<line x1="${x}" y1="${y}" x2="${x + 18}" y2="${y}" stroke="${colourOf(line, theme)}" stroke-width="2.5"${dashes(line.dash)}/><text x="${x + 26}" y="${y + 4}" fill="${theme.foreground}">${escapeXml(shorten(label))}</text>`;
    })
    .join('\n');
}

const shorten = (text: string) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

function axes(chart: Chart, picture: Picture, box: Box, project: Projection, options: SvgOptions): string {
  const { axis, theme } = options;
  const { view, range, logarithmic } = picture;
  const bottom = box.top + box.height;
  const formatX = axis === 'time' ? formatDuration : formatNumber;
  const lines = ticksOf(range[0], range[1], 6, logarithmic).map(value => {
    const y = round(project.y(value));
    return `<line x1="${box.left}" y1="${y}" x2="${box.left + box.width}" y2="${y}" stroke="${theme.foreground}" stroke-opacity="0.12"/><text x="${box.left - 8}" y="${y + 4}" text-anchor="end" fill="${theme.muted}">${escapeXml(chart.format(value))}</text>`;
  });
  const below = ticksOf(view.from, view.to, 8).map(
    value =>
      `<text x="${round(project.x(value))}" y="${bottom + 20}" text-anchor="middle" fill="${theme.muted}">${formatX(value)}</text>`,
  );
  const title = `<text x="${box.left + box.width / 2}" y="${bottom + 42}" text-anchor="middle" fill="${theme.muted}">${AXIS_TITLES[axis]}</text>`;
  return [...lines, ...below, title].join('\n');
}

function drawStroke(
  { line, points, width, opacity, dots, dotsOnly }: Stroke,
  project: Projection,
  theme: Theme,
) {
  const colour = colourOf(line, theme);
  let path = '';
  let circles = '';
  let pen = false;
  for (let index = 0; index < points.x.length; index++) {
    const y = project.y(points.y[index]!);
    if (Number.isNaN(y)) {
      pen = false;
      continue;
    }
    const at = `${round(project.x(points.x[index]!))} ${round(y)}`;
    path += `${pen ? 'L' : 'M'}${at}`;
    pen = true;
    if (dots > 0) {
      const [cx, cy] = at.split(' ');
      circles += `<circle cx="${cx}" cy="${cy}" r="${dots}" fill="${colour}"/>`;
    }
  }
  const shown = dotsOnly
    ? ''
    : `<path d="${path}" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}"${dashes(line.dash)}/>`;
  return shown + circles;
}

function drawMark({ kind, x, text }: Mark, box: Box, project: Projection, theme: Theme): string {
  const left = round(project.x(x));
  const bottom = box.top + box.height;
  const colour = markColour(kind, theme);
  const top = kind === 'checkpoint' ? bottom - 5 : kind === 'warning' || kind === 'error' ? bottom : box.top;
  const dash =
    kind === 'resumed' ? ' stroke-dasharray="4 4"' : kind === 'best' ? ' stroke-dasharray="1 3"' : '';
  const points =
    kind === 'best'
      ? `${left - 5},${bottom} ${left + 5},${bottom} ${left},${bottom - 7}`
      : `${left - 5},${box.top} ${left + 5},${box.top} ${left},${box.top + 7}`;
  const triangle =
    kind === 'best' || kind === 'warning' || kind === 'error'
      ? `<polygon points="${points}" fill="${colour}"/>`
      : '';
  return `<g><title>${escapeXml(text)}</title><line x1="${left}" y1="${bottom}" x2="${left}" y2="${top}" stroke="${colour}" stroke-opacity="0.7"${dash}/>${triangle}</g>`;
}

const dashes = (dash: readonly number[]) => (dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '');
const round = (value: number) => Math.round(value * 100) / 100;
const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, sign => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[sign]};`);
