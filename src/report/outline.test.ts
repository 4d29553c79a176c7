import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outline } from './outline.ts';

describe('outline', () => {
  it('goes around a part along the edges of its pixels', () => {
    expect(outline([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 4, 3)).toBe('M1 1H3V2H1V1Z');
  });

  it('is nothing for nothing', () => {
    expect(outline([0, 0], 2, 1)).toBe('');
  });

  it('encloses exactly the pixels of the mask, whatever their shape', () => {
    const masks = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 });
    fc.assert(
      fc.property(masks, mask => {
        expect(fill(outline(mask, 7, 6), 7, 6)).toEqual(mask);
      }),
    );
  });
});

/** Fills path data by the even-odd rule: a pixel is inside when an odd number of vertical edges lies to its left. */
function fill(path: string, width: number, height: number): number[] {
  const vertical: { x: number; from: number; to: number }[] = [];
  let [x, y] = [0, 0];
  for (const [, letter, numbers] of path.matchAll(/([MHVZ])([\d ]*)/g)) {
    const [first, second] = numbers!.split(' ').map(Number);
    if (letter === 'M') [x, y] = [first!, second!];
    else if (letter === 'H') x = first!;
    else if (letter === 'V') {
      vertical.push({ x, from: Math.min(y, first!), to: Math.max(y, first!) });
      y = first!;
    }
  }
  return Array.from({ length: width * height }, (_, index) => {
    const [column, row] = [index % width, Math.floor(index / width)];
    return vertical.filter(edge => edge.x <= column && edge.from <= row && row < edge.to).length % 2;
  });
}
