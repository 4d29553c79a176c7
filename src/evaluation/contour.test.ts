import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contour } from './contour.ts';

const size = fc.integer({ min: 1, max: 20 });

it.each(['faces', 'corners'] as const)(
  'the contour of any mask has a neighbour outside (%s)',
  neighbourhood => {
    const steps = [-1, 0, 1].flatMap(z => [-1, 0, 1].flatMap(y => [-1, 0, 1].map(x => [z, y, x] as const)));
    const neighbours = steps.filter(step => {
      const far = step.filter(along => along !== 0).length;
      return neighbourhood === 'faces' ? far === 1 : far > 0;
    });
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), size),
        fc.constantFrom('open', 'closed'),
        fc.infiniteStream(fc.boolean()),
        (shape, edge, draws) => {
          const [Z, Y, X] = shape;
          const mask = Uint8Array.from({ length: Z * Y * X }, () => (draws.next().value ? 1 : 0));
          const at = (z: number, y: number, x: number): number => {
            const within = z >= 0 && z < Z && y >= 0 && y < Y && x >= 0 && x < X;
            return within ? mask[x + X * (y + Y * z)]! : edge === 'open' ? 1 : 0;
          };
          const expected = mask.map((value, i) => {
            const [z, y, x] = [Math.floor(i / (X * Y)), Math.floor(i / X) % Y, i % X];
            return value && neighbours.some(([dz, dy, dx]) => at(z + dz, y + dy, x + dx) === 0) ? 1 : 0;
          });
          expect(contour({ mask, shape }, neighbourhood, edge)).toEqual(expected);
        },
      ),
    );
  },
);
