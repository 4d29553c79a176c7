import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { Random } from '../foundation/random.ts';
import type { Zyx } from '../volume/volume.ts';
import { cornerAround, drawCrop } from './crop-sampling.ts';
import { readerOf } from './fixtures/prepared.ts';
import { marginsTo } from './padding.ts';

/** Structure 1: two voxels in different planes; structure 2: none. */
const two = (z: number, y: number, x: number) => ((z === 1 || z === 4) && y === 2 && x === 3 ? 1 : 0);

describe('drawing a crop', () => {
  it('draws classes by their weights among those that are present', () => {
    const reader = readerOf([6, 5, 6], { labels: two });
    const drawn = [0, 0, 0];
    const count = 4000;
    for (let crop = 0; crop < count; crop++) {
      drawn[drawCrop(reader, [1, 1, 1], [0.2, 0.3, 0.5], new Random(crop)).centredOn]++;
    }
    // Without structure 2 the weights are 0.2 : 0.3; three standard deviations of the binomial distribution.
    expect(drawn[2]).toBe(0);
    expect(Math.abs(drawn[1] / count - 0.6)).toBeLessThan(3 * Math.sqrt((0.6 * 0.4) / count));
  });

  it('draws all present classes alike without weights', () => {
    const reader = readerOf([6, 5, 6], { labels: two });
    const ones = Array.from({ length: 4000 }, (_, i) => drawCrop(reader, [1, 1, 1], undefined, new Random(i)))
      .map(({ centredOn }): number => centredOn)
      .reduce((a, b) => a + b);
    expect(Math.abs(ones / 4000 - 0.5)).toBeLessThan(3 * Math.sqrt(0.25 / 4000));
  });

  it('draws the voxels of a class uniformly, inside the mask only', () => {
    const reader = readerOf([3, 4, 5], { mask: (z, y) => (z + y) % 2 });
    const counts = new Map<string, number>();
    const draws = 9000;
    for (let i = 0; i < draws; i++) {
      const { corner } = drawCrop(reader, [1, 1, 1], undefined, new Random('voxel', i));
      counts.set(corner.join(), (counts.get(corner.join()) ?? 0) + 1);
      expect((corner[0] + corner[1]) % 2).toBe(1);
    }
    // 30 voxels; chi square with 29 degrees of freedom stays below 58.3 in 99.9 % of all cases.
    const expected = draws / 30;
    expect(counts.size).toBe(30);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(58.3);
  });

  it('names the subject that has none of the classes with a positive weight', () => {
    const reader = readerOf([2, 2, 2]);
    const draw = () => drawCrop(reader, [1, 1, 1], [0, 0.5, 0.5], new Random(0));
    expect(draw).toThrow(Fault);
    expect(draw).toThrow(/none of the classes with a positive weight is present/);
    const empty = readerOf([2, 2, 2], { mask: () => 0 });
    expect(() => drawCrop(empty, [1, 1, 1], undefined, new Random(0))).toThrow(Fault);
  });

  it('keeps every crop inside the padded volume', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (shape: Zyx, size: Zyx, place) => {
        const centre = [place % shape[0], (place >> 3) % shape[1], (place >> 6) % shape[2]] as const;
        const corner = cornerAround(centre, size, shape);
        const { before, after } = marginsTo(shape, size);
        for (const axis of [0, 1, 2] as const) {
          expect(corner[axis]).toBeGreaterThanOrEqual(-before[axis]);
          expect(corner[axis] + size[axis]).toBeLessThanOrEqual(shape[axis] + after[axis]);
          // The voxel that was drawn is in it.
          expect(centre[axis] - corner[axis]).toBeGreaterThanOrEqual(0);
          expect(centre[axis] - corner[axis]).toBeLessThan(size[axis]);
        }
      }),
    );
  });
});
