import { describe, expect, it } from 'vitest';
import { PADDING_MODES } from '../config/schema/sampling.ts';
import golden from './fixtures/padding.json' with { type: 'json' };
import { scan } from './fixtures/scan.ts';
import { labelPadding, marginsTo, pad } from './padding.ts';

describe('padding', () => {
  // Expected values: numpy.pad, by scripts/goldens/pipeline.py. Margins wider than the volume go round more than once.
  it.each(PADDING_MODES.filter(mode => mode !== 'none'))("fills up with %s as NumPy's pad does", mode => {
    const margins = { before: [3, 2, 5], after: [2, 1, 4] } as const;
    const padded = pad(scan(24), [2, 3, 4], margins, mode);
    expect(padded).toHaveLength(golden[mode].length);
    golden[mode].forEach((value, i) => {
      expect(padded[i]).toBeCloseTo(value, 3);
    });
  });

  it('puts the larger half before the volume', () => {
    expect(marginsTo([3, 10, 4], [8, 8, 5])).toEqual({ before: [3, 0, 1], after: [2, 0, 0] });
  });

  it('goes on with labels only where it goes on with the image', () => {
    expect(PADDING_MODES.filter(mode => labelPadding(mode) === mode)).toEqual([
      'zero',
      'edge',
      'reflect',
      'symmetric',
      'wrap',
    ]);
    expect(labelPadding('mean')).toBe('zero');
  });

  it('gives an array of its own where none is given, and fills the one that is', () => {
    const into = new Uint8Array(5).fill(9);
    const margins = { before: [0, 0, 1], after: [0, 0, 1] } as const;
    expect(pad(Uint8Array.of(1, 2, 3), [1, 1, 3], margins, 'zero', into)).toBe(into);
    expect([...into]).toEqual([0, 1, 2, 3, 0]);
  });
});
