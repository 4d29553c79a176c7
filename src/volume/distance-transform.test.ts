import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundingBox, distanceTransform } from './distance-transform.ts';
import { golden, largestDifference, zyx } from './fixtures/goldens.ts';

const { shape, sparse, distances } = golden<{
  shape: number[];
  sparse: number[];
  distances: { spacing: number[]; values: number[] }[];
}>('components.json');

describe("distances are those of SciPy's distance_transform_edt and SimpleITK's SignedMaurerDistanceMap", () => {
  for (const { spacing, values } of distances) {
    it(`with a spacing of ${spacing} mm`, () => {
      const result = distanceTransform(sparse, zyx(shape), zyx(spacing));
      expect(largestDifference(result, values)).toBeLessThan(1e-6 * Math.max(...values));
    });
  }
});

it('any mask gives the distance to its nearest voxel', () => {
  const size = fc.integer({ min: 1, max: 5 });
  const step = fc.double({ min: 0.2, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(size, size, size), fc.tuple(step, step, step), fc.integer(), (s, spacing, seed) => {
      const mask = Uint8Array.from({ length: s[0] * s[1] * s[2] }, (_, i) =>
        Math.imul(i + 1, seed | 1) >>> 29 === 0 ? 1 : 0,
      );
      const place = (i: number) =>
        [Math.floor(i / (s[1] * s[2])), Math.floor(i / s[2]) % s[1], i % s[2]] as const;
      const set = [...mask.keys()].filter(i => mask[i] === 1).map(place);
      distanceTransform(mask, s, spacing).forEach((distance, i) => {
        const own = place(i);
        const nearest = Math.min(
          ...set.map(other => Math.hypot(...other.map((at, axis) => (at - own[axis]!) * spacing[axis]!))),
        );
        if (nearest === Number.POSITIVE_INFINITY) expect(distance).toBe(nearest);
        else expect(Math.abs(distance - nearest)).toBeLessThanOrEqual(1e-6 * nearest);
      });
    }),
    { numRuns: 300 },
  );
});

it('a box that holds all of the mask gives the same distances inside it', () => {
  const full = zyx(shape);
  const box = boundingBox(sparse, full)!;
  const whole = distanceTransform(sparse, full, [1, 2, 3]);
  const part = distanceTransform(sparse, full, [1, 2, 3], box);
  let at = 0;
  for (let z = box.start[0]; z < box.end[0]; z++) {
    for (let y = box.start[1]; y < box.end[1]; y++) {
      for (let x = box.start[2]; x < box.end[2]; x++) {
        expect(part[at++]).toBe(whole[x + full[2] * (y + full[1] * z)]);
      }
    }
  }
  expect(part.length).toBe(at);
});

it('an empty mask has no bounding box, and a margin does not leave the volume', () => {
  expect(boundingBox([0, 0], [1, 1, 2])).toBeUndefined();
  expect(boundingBox([0, 1, 0, 0], [1, 1, 4], 2)).toEqual({ start: [0, 0, 0], end: [1, 1, 4] });
});
