import type { Theme } from '../../shared/theme.ts';
import { withOpacity } from '../../shared/with-opacity.ts';
import type { Line } from './lines.ts';
import type { Mark } from './marks.ts';
import type { Picture, Stroke } from './picture.ts';

/** Where in a picture the curves lie, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixel positions of values. */
export interface Projection {
  x(value: number): number;
  /** NaN for what a logarithmic axis cannot show. */
  y(value: number): number;
}

export function projectionOf({ view, range, logarithmic }: Picture, box: Box): Projection {
  const perX = box.width / (view.to - view.from);
  const bottom = box.top + box.height;
  const [low, high] = logarithmic ? [Math.log10(range[0]), Math.log10(range[1])] : range;
  const perY = box.height / (high - low);
  return {
    x: value => box.left + (value - view.from) * perX,
    y: logarithmic
      ? value => (value > 0 ? bottom - (Math.log10(value) - low) * perY : Number.NaN)
      : value => bottom - (value - low) * perY,
  };
}

/** The colour of a line. */
export const colourOf = ({ colour }: Pick<Line, 'colour'>, theme: Theme): string =>
  typeof colour === 'number'
    ? theme.charts[colour % theme.charts.length]!
    : colour === 'foreground'
      ? theme.foreground
      : colour;

export const markColour = (kind: Mark['kind'], theme: Theme): string =>
  kind === 'warning' ? theme.warning : kind === 'error' ? theme.error : theme.muted;

/** So many points a pixel are painted as columns. */
const DENSE = 1.5;

/** Paints the curves and marks of a picture; axes are not its business. `scale`: pixels of the canvas to one of CSS. */
export function paint(
  context: CanvasRenderingContext2D,
  picture: Picture,
  box: Box,
  theme: Theme,
  scale: number,
): void {
  const project = projectionOf(picture, box);
  context.save();
  paintMarks(context, picture.marks, box, project, theme, scale);
  context.save();
  context.beginPath();
  // A little higher, so that lines along the edge are whole.
  context.rect(box.left, box.top - 2 * scale, box.width, box.height + 4 * scale);
  context.clip();
  for (const stroke of picture.strokes) paintStroke(context, stroke, project, box, theme, scale);
  context.restore();
  // Not clipped: a dot on the edge is whole.
  for (const stroke of picture.strokes) {
    if (stroke.dots > 0) paintDots(context, stroke, project, box, theme, scale);
  }
  context.restore();
}

function paintStroke(
  context: CanvasRenderingContext2D,
  { line, points, width, opacity, dotsOnly }: Stroke,
  project: Projection,
  box: Box,
  theme: Theme,
  scale: number,
): void {
  const colour = colourOf(line, theme);
  context.globalAlpha = theme.highContrast ? Math.min(1, opacity * 1.5) : opacity;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = (theme.highContrast ? width + 0.5 : width) * scale;
  context.lineJoin = 'bevel';
  context.setLineDash(line.dash.map(length => length * scale));
  if (!dotsOnly) {
    if (points.x.length > DENSE * box.width) paintColumns(context, points, project, box.left);
    else paintLine(context, points, project);
  }
  context.globalAlpha = 1;
}

function paintLine(context: CanvasRenderingContext2D, { x, y }: Stroke['points'], project: Projection): void {
  context.beginPath();
  let pen = false;
  for (let index = 0; index < x.length; index++) {
    const top = project.y(y[index]!);
    if (Number.isNaN(top)) pen = false;
    else if (pen) context.lineTo(project.x(x[index]!), top);
    else {
      context.moveTo(project.x(x[index]!), top);
      pen = true;
    }
  }
  context.stroke();
}

/**
 * Paints a line with several points a pixel as a bar a column, from its lowest to its highest, joined to the column
 * before: the same pixels as the zigzag has, many times faster where no GPU helps.
 */
function paintColumns(
  context: CanvasRenderingContext2D,
  { x, y }: Stroke['points'],
  project: Projection,
  left: number,
): void {
  const half = context.lineWidth / 2;
  let column = Number.NaN;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  let last = Number.NaN;
  const bar = () => {
    if (top <= bottom) context.fillRect(column, top - half, 1, bottom - top + 2 * half);
  };
  for (let index = 0; index < x.length; index++) {
    const at = Math.floor(project.x(x[index]!) - left) + left;
    const height = project.y(y[index]!);
    if (at !== column) {
      bar();
      column = at;
      top = Number.isNaN(last) ? Number.POSITIVE_INFINITY : last;
      bottom = Number.isNaN(last) ? Number.NEGATIVE_INFINITY : last;
    }
    if (height < top) top = height;
    if (height > bottom) bottom = height;
    last = height;
  }
  bar();
}

function paintDots(
  context: CanvasRenderingContext2D,
  { line, points: { x, y }, dots }: Stroke,
  project: Projection,
  box: Box,
  theme: Theme,
  scale: number,
): void {
  const radius = dots * scale;
  context.fillStyle = colourOf(line, theme);
  context.beginPath();
  for (let index = 0; index < x.length; index++) {
    const top = project.y(y[index]!);
    const left = project.x(x[index]!);
    if (Number.isNaN(top) || left < box.left - 1 || left > box.left + box.width + 1) continue;
    context.moveTo(left + radius, top);
    context.arc(left, top, radius, 0, 2 * Math.PI);
  }
  context.fill();
}

/** Checkpoints as ticks on the axis, the best as a line with a triangle; resumptions broken; warnings at the top. */
function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly Mark[],
  box: Box,
  project: Projection,
  theme: Theme,
  scale: number,
): void {
  const bottom = box.top + box.height;
  const seen = new Set<string>();
  for (const { kind, x } of marks) {
    const left = Math.round(project.x(x)) + 0.5;
    const key = `${kind} ${left}`;
    if (left < box.left || left > box.left + box.width + 1 || seen.has(key)) continue;
    seen.add(key);
    const colour = markColour(kind, theme);
    context.strokeStyle = withOpacity(colour, kind === 'best' || theme.highContrast ? 0.9 : 0.5);
    context.fillStyle = colour;
    context.lineWidth = scale;
    context.setLineDash(
      kind === 'resumed' ? [4 * scale, 4 * scale] : kind === 'best' ? [scale, 3 * scale] : [],
    );
    const full = kind === 'best' || kind === 'resumed';
    if (full || kind === 'checkpoint') {
      context.beginPath();
      context.moveTo(left, bottom);
      context.lineTo(left, full ? box.top : bottom - 4 * scale);
      context.stroke();
    }
    if (kind === 'best') triangle(context, left, bottom, -6 * scale);
    if (kind === 'warning' || kind === 'error') triangle(context, left, box.top, 6 * scale);
  }
}

/** A triangle that stands on `y` and points `height` away from it. */
function triangle(context: CanvasRenderingContext2D, x: number, y: number, height: number): void {
  const half = Math.abs(height) * 0.7;
  context.beginPath();
  context.moveTo(x - half, y);
  context.lineTo(x + half, y);
  context.lineTo(x, y + height);
  context.fill();
}
