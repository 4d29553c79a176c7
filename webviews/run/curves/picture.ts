import type { Chart } from './charts.ts';
import type { DrawnPoints } from './decimate.ts';
import { axisRange, extentOf } from './extent.ts';
import { type Line, visiblePoints } from './lines.ts';
import type { Mark } from './marks.ts';
import type { View } from './view.ts';

/** A line as it is to be drawn: its points that are seen, and how. */
export interface Stroke {
  readonly line: Line;
  readonly points: DrawnPoints;
  readonly width: number;
  readonly opacity: number;
  /** Radius in pixels of a dot at each point; 0: none. */
  readonly dots: number;
  /** Only the dots are drawn. */
  readonly dotsOnly: boolean;
}

/** All that a chart shows in a view, ready for a canvas or an SVG. */
export interface Picture {
  readonly view: View;
  readonly range: readonly [number, number];
  readonly logarithmic: boolean;
  readonly strokes: readonly Stroke[];
  readonly marks: readonly Mark[];
}

/** So few points are shown with dots. */
const FEW = 60;

/** What a chart shows of its lines at a width in pixels. What was measured lies faint below what is smoothed. */
export function pictureOf(
  chart: Chart,
  lines: readonly Line[],
  marks: readonly Mark[],
  options: { readonly view: View; readonly pixels: number; readonly logarithmic: boolean },
): Picture {
  const { view, pixels, logarithmic } = options;
  const raw = lines.flatMap(line =>
    line.raw ? [stroke(line, visiblePoints(line, line.raw, view, pixels), true)] : [],
  );
  const beneath = lines.some(({ series }) => series.look === 'strong');
  const plain = lines.map(line => {
    const made = stroke(line, visiblePoints(line, line.y, view, pixels), false);
    // Single steps beneath the mean of their epoch.
    return line.series.noisy && beneath && !line.raw ? { ...made, opacity: 0.4 } : made;
  });
  const strokes = [...raw, ...plain.filter(isThin), ...plain.filter(other => !isThin(other))];
  const extent = extentOf(
    strokes.map(({ points }) => points),
    logarithmic,
  );
  return {
    view,
    range: axisRange(extent, { ...chart, logarithmic }),
    logarithmic,
    strokes,
    marks,
  };
}

function stroke(line: Line, points: DrawnPoints, faint: boolean): Stroke {
  const { look } = line.series;
  const few = points.x.length <= FEW;
  return {
    line,
    points,
    width: look === 'strong' ? 2 : faint ? 1 : 1.25,
    opacity: faint ? 0.25 : 1,
    dots: look === 'dots' ? 4 : few && !faint ? (look === 'strong' ? 2.5 : 2) : 0,
    dotsOnly: look === 'dots',
  };
}

const isThin = ({ line }: Stroke) => line.series.look === undefined;
