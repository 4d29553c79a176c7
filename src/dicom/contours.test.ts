import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Point, traceContours } from './contours.ts';

/** A mask from a drawing: # is inside. */
const draw = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  is: (x: number, y: number) => rows[y]![x] === '#',
});

const trace = ({ is, width, height }: ReturnType<typeof draw>, fillHoles = false) =>
  traceContours(is, width, height, fillHoles);

/** How often a ray from a point crosses a contour (even-odd), and how often the contour turns around it. */
function around(contours: readonly (readonly Point[])[], px: number, py: number) {
  let crossings = 0;
  let turns = 0;
  for (const points of contours) {
    for (const [index, [ax, ay]] of points.entries()) {
      const [bx, by] = points[(index + 1) % points.length]!;
      if (ay > py === by > py) continue;
      if (px >= ax + ((py - ay) / (by - ay)) * (bx - ax)) continue;
      crossings++;
      turns += by > ay ? 1 : -1;
    }
  }
  return { odd: crossings % 2 === 1, turns };
}

const area = (points: readonly Point[]) =>
  Math.abs(
    points.reduce((sum, [x, y], i) => {
      const [nx, ny] = points[(i + 1) % points.length]!;
      return sum + x * ny - nx * y;
    }, 0) / 2,
  );

describe('contours of a mask', () => {
  it('go between the centres of voxels inside and outside', () => {
    const [contour, ...others] = trace(draw('....', '.##.', '.##.', '....'));
    expect(others).toEqual([]);
    const [xs, ys] = [0, 1].map(axis => contour!.map(point => point[axis as 0 | 1]));
    for (const values of [xs!, ys!]) expect([Math.min(...values), Math.max(...values)]).toEqual([0.51, 2.49]);
    expect(contour).toHaveLength(8);
  });

  it('have a hole joined to them, and none where holes are filled', () => {
    const ring = draw('#####', '#...#', '#.#.#', '#...#', '#####');
    expect(trace(ring)).toHaveLength(2);
    const filled = trace(ring, true);
    expect(filled.map(points => Math.round(area(points)))).toEqual([24]);
  });

  it('keep parts that touch at a corner apart', () => {
    expect(trace(draw('#.', '.#'))).toHaveLength(2);
  });

  it('are none of an empty mask, and the whole of a full one', () => {
    expect(trace(draw('..', '..'))).toEqual([]);
    expect(trace(draw('###', '###'))).toHaveLength(1);
  });

  const masks = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        bits: fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height }),
      }),
    );

  it('hold just the voxels of the mask, each contour by itself, whether crossings or turns are counted', () => {
    fc.assert(
      fc.property(masks, ({ width, height, bits }) => {
        const contours = traceContours((x, y) => bits[y * width + x]!, width, height, false);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const alone = contours.filter(contour => around([contour], x, y).odd).length;
            expect(alone).toBe(bits[y * width + x] ? 1 : 0);
            expect(around(contours, x, y).turns).toBe(bits[y * width + x] ? 1 : 0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('hold each voxel once where holes are filled: those of the mask and those it surrounds', () => {
    fc.assert(
      fc.property(masks, ({ width, height, bits }) => {
        const is = (x: number, y: number) => bits[y * width + x]!;
        const filled = traceContours(is, width, height, true);
        const outer = traceContours(is, width, height, false).map(contour => [contour]);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const times = filled.filter(contour => around([contour], x, y).odd).length;
            expect(times).toBeLessThanOrEqual(1);
            if (outer.some(contour => around(contour, x, y).odd)) expect(times).toBe(1);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('round to voxels of the mask', () => {
    fc.assert(
      fc.property(masks, ({ width, height, bits }) => {
        for (const contour of traceContours((x, y) => bits[y * width + x]!, width, height, false)) {
          for (const [x, y] of contour) expect(bits[Math.round(y) * width + Math.round(x)]).toBe(true);
        }
      }),
    );
  });
});
