import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { golden, largestDifference, zyx } from './fixtures/goldens.ts';
import { canonicalShape, fromCanonical, toCanonical } from './orientation.ts';

interface Golden {
  readonly affine: number[];
  readonly canonical: number[];
  readonly shape: number[];
  readonly values: number[];
}

const cases = golden<Golden[]>('orientation.json');
const stored = (affine: number[]) => ({
  data: Int16Array.from({ length: 24 }, (_, i) => i),
  shape: [4, 3, 2] as const,
  affine,
});

describe('toCanonical', () => {
  it("permutes and flips as nibabel's as_closest_canonical, for every orientation, oblique, sheared and left-handed", () => {
    for (const { affine, canonical, shape, values } of cases) {
      const result = toCanonical(stored(affine));
      expect(result.shape).toEqual(zyx(shape));
      expect([...result.data]).toEqual(values);
      expect(largestDifference(result.affine, canonical)).toBeLessThan(1e-9);
      expect(canonicalShape(stored(affine))).toEqual(result.shape);
    }
  });

  it('returns a volume that is canonical already itself', () => {
    const volume = stored(cases[0]!.affine);
    expect(toCanonical(volume)).toBe(volume);
  });

  it('refuses a singular affine', () => {
    expect(() => toCanonical(stored([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]))).toThrow(Fault);
  });
});

it('fromCanonical undoes toCanonical exactly', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      ({ affine }, y, x) => {
        const volume = {
          data: Float32Array.from({ length: 3 * y * x }, (_, i) => i),
          shape: [3, y, x] as const,
          affine,
        };
        const canonical = toCanonical(volume);
        expect(fromCanonical(canonical.data, volume)).toEqual(volume);
      },
    ),
  );
});
