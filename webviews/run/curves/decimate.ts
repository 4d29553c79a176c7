import { lowerBound } from '../store/column.ts';

/** Points to be drawn, in order; NaN in `y` breaks the line. */
export interface DrawnPoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A stretch of the horizontal axis, in units of the data. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * What of a line can be seen at a width in pixels: every point where there are few, else the first, lowest, highest and
 * last of each pixel column, which draw the same pixels as all of them would. The points just outside are kept, so that
 * the line goes on to the edges.
 * @param x ascending
 */
export function decimate(x: Float64Array, y: Float64Array, stretch: Stretch, pixels: number): DrawnPoints {
  const first = Math.max(0, lowerBound(x, stretch.from) - 1);
  let end = lowerBound(x, stretch.to);
  // Several values may stand at the same place, at the edge too.
  while (end < x.length && x[end] === stretch.to) end++;
  end = Math.min(x.length, end + 1);
  if (end - first <= pixels * 4) return { x: x.subarray(first, end), y: y.subarray(first, end) };
  return byColumn(x, y, first, end, stretch, pixels);
}

function byColumn(
  x: Float64Array,
  y: Float64Array,
  first: number,
  end: number,
  { from, to }: Stretch,
  pixels: number,
): DrawnPoints {
  const kept = new Int32Array((pixels + 3) * 5);
  let count = 0;
  const perUnit = pixels / (to - from);
  for (let start = first; start < end; ) {
    const column = Math.floor((x[start]! - from) * perUnit);
    let lowest = -1;
    let highest = -1;
    let gap = -1;
    let next = start;
    for (; next < end && Math.floor((x[next]! - from) * perUnit) === column; next++) {
      const value = y[next]!;
      if (Number.isNaN(value)) gap = next;
      else {
        if (lowest < 0 || value < y[lowest]!) lowest = next;
        if (highest < 0 || value > y[highest]!) highest = next;
      }
    }
    const inOrder = [start, lowest, highest, gap, next - 1].filter(index => index >= 0).sort((a, b) => a - b);
    for (const index of inOrder) if (count === 0 || kept[count - 1] !== index) kept[count++] = index;
    start = next;
  }
  const drawn = { x: new Float64Array(count), y: new Float64Array(count) };
  for (let at = 0; at < count; at++) {
    drawn.x[at] = x[kept[at]!]!;
    drawn.y[at] = y[kept[at]!]!;
  }
  return drawn;
}
