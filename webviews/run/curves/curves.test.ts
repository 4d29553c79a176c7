import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.ts';
import { axisRange, extentOf } from './extent.ts';
import { nearest } from './nearest.ts';
import { Smoothed } from './smoothing.ts';
import { pan, zoom } from './view.ts';

const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const series = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), value), { minLength: 1, maxLength: 2000 })
  .map(rows => {
    let at = 0;
    return {
      x: Float64Array.from(rows, ([gap]) => {
        at += gap;
        return at;
      }),
      y: Float64Array.from(rows, ([, y]) => y),
    };
  });

describe('a line that is thinned for drawing', () => {
  it('keeps the lowest, the highest, the first and the last of each pixel column, and gaps', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 2, max: 50 }), ({ x, y }, pixels) => {
        const to = Math.max(1, x.at(-1)!);
        const drawn = decimate(x, y, { from: 0, to }, pixels);
        const column = (place: number) => Math.floor((place / to) * pixels);
        const columns = (xs: Float64Array, ys: Float64Array) => {
          const found = new Map<
            number,
            { low: number; high: number; gap: boolean; first: number; last: number }
          >();
          for (const [index, place] of xs.entries()) {
            const at = column(place);
            const y = ys[index]!;
            const old = found.get(at) ?? { low: Infinity, high: -Infinity, gap: false, first: y, last: y };
            const known = Number.isNaN(y) ? {} : { low: Math.min(old.low, y), high: Math.max(old.high, y) };
            found.set(at, { ...old, ...known, gap: old.gap || Number.isNaN(y), last: y });
          }
          return found;
        };
        expect(columns(drawn.x, drawn.y)).toEqual(columns(x, y));
        expect(drawn.x.length).toBeLessThanOrEqual(Math.max(pixels * 4 + 4, (pixels + 3) * 5));
      }),
    );
  });

  it('has every point once few are in view, and the ones just outside', () => {
    const x = Float64Array.from({ length: 10_000 }, (_, index) => index);
    const drawn = decimate(x, x, { from: 500, to: 520 }, 100);
    expect([...drawn.x]).toEqual(Array.from({ length: 23 }, (_, index) => 499 + index));
  });
});

describe('smoothing', () => {
  it('is the same whether values come at once or one after the other, and again after some were taken back', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.integer({ min: 2, max: 100 }), (list, window) => {
        const values = Float64Array.from(list);
        const grown = new Smoothed();
        for (let length = 1; length < values.length; length++)
          grown.of(values.subarray(0, length), window, 0);
        const whole = [...new Smoothed().of(values, window, 0)];
        expect([...grown.of(values, window, 0)]).toEqual(whole);
        grown.of(
          values.map(y => y + 1),
          window,
          1,
        );
        expect([...grown.of(values, window, 2)]).toEqual(whole);
      }),
    );
  });

  // TensorBoard: last = last * w + (1 - w) * next, divided by 1 - w ** n.
  it('is TensorBoard’s debiased average', () => {
    const weight = 0.75;
    const values = [3, 1, 4, 1, 5, 9];
    let last = 0;
    const expected = values.map((next, index) => {
      last = last * weight + (1 - weight) * next;
      return last / (1 - weight ** (index + 1));
    });
    const smoothed = new Smoothed().of(Float64Array.from(values), 4, 0);
    for (const [index, y] of smoothed.entries()) expect(y).toBeCloseTo(expected[index]!, 12);
  });

  it('leaves a constant line and missing values as they are', () => {
    const smoothed = new Smoothed().of(Float64Array.of(2, Number.NaN, 2, 2), 10, 0);
    expect(smoothed[0]).toBeCloseTo(2, 12);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[3]).toBeCloseTo(2, 12);
  });
});

describe('the value under the pointer', () => {
  it('is the nearest that is not missing', () => {
    fc.assert(
      fc.property(series, fc.double({ min: -10, max: 6000, noNaN: true }), ({ x, y }, at) => {
        const distances = [...x]
          .filter((_, index) => !Number.isNaN(y[index]))
          .map(place => Math.abs(place - at));
        const found = nearest(x, y, at);
        if (distances.length === 0) expect(found).toBeUndefined();
        else {
          expect(y[found!]).not.toBeNaN();
          expect(Math.abs(x[found!]! - at)).toBe(Math.min(...distances));
        }
      }),
    );
  });
});

describe('the range of an axis', () => {
  it('holds what is drawn; a logarithmic one leaves out what it cannot show', () => {
    const lines = [{ x: Float64Array.of(0, 1, 2), y: Float64Array.of(-1, 0.01, Number.NaN) }];
    expect(extentOf(lines, false)).toEqual([-1, 0.01]);
    expect(extentOf(lines, true)).toEqual([0.01, 0.01]);
    const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(size, size, (a, b) => {
        for (const logarithmic of [true, false]) {
          const [low, high] = axisRange([Math.min(a, b), Math.max(a, b)], { logarithmic });
          expect(low).toBeLessThanOrEqual(Math.min(a, b));
          expect(high).toBeGreaterThanOrEqual(Math.max(a, b));
          expect(low).toBeLessThan(high);
          if (logarithmic) expect(low).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('ends at 0 and 1 where a share comes near', () => {
    expect(axisRange([0.1, 0.95], { logarithmic: false, fraction: true })).toEqual([0, 1]);
  });
});

describe('the view', () => {
  const whole = { from: 0, to: 100 };
  it('stays within the whole when it is moved, and keeps its width', () => {
    expect(pan({ from: 10, to: 30 }, whole, 0.5)).toEqual({ from: 20, to: 40 });
    expect(pan({ from: 10, to: 30 }, whole, -5)).toEqual({ from: 0, to: 20 });
    expect(pan({ from: 10, to: 30 }, whole, 50)).toEqual({ from: 80, to: 100 });
  });

  it('keeps the place that it is zoomed around, and is the whole again when it is as wide', () => {
    expect(zoom({ from: 0, to: 100 }, whole, 0.5, 20)).toEqual({ from: 10, to: 60 });
    expect(zoom({ from: 10, to: 60 }, whole, 4, 20)).toBeUndefined();
  });
});
