import { describe, expect, it } from 'vitest';
import { philox4x32, Random } from './random.ts';

describe('Philox4x32-10', () => {
  // Known answers of Random123's kat_vectors (philox4x32, 10 rounds).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('gives the published words for %j, %j', (counter, key, expected) => {
    expect([...philox4x32(counter, key)].map(word => word.toString(16).padStart(8, '0')).join(' ')).toBe(
      expected,
    );
  });
});

describe('Random', () => {
  it('depends on every part of its key, and on nothing else', () => {
    const draw = (...parts: (string | number)[]) => new Random(...parts).uint32();
    expect(draw(1, 'crop', 3, 'a')).toBe(draw(1, 'crop', 3, 'a'));
    expect(draw(1, 'crop', 3, 'a')).not.toBe(draw(1, 'crop', 3, 'b'));
    expect(draw(1, 'crop', 3)).not.toBe(draw(1, 'crop', '3'));
  });

  it('draws uniform and normal numbers with the right moments', () => {
    const random = new Random(7, 'moments');
    const count = 100_000;
    const uniform = Array.from({ length: count }, () => random.uniform());
    const normal = Array.from({ length: count }, () => random.normal());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map(value => value * value))).toBeCloseTo(1, 1);
  });

  it('permutes without losing an element', () => {
    expect(new Random(1, 'p').permutation(50).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });
});
