import { describe, expect, it } from 'vitest';
import golden from './fixtures/statistics.json' with { type: 'json' };
import { nanMean, quantileOfSorted, summarize } from './statistics.ts';

describe('summarize', () => {
  // Expected values: pandas' describe (scripts/goldens/evaluation-statistics.py).
  it.each(golden.cases)('says of $name what pandas says', ({ values, expected }) => {
    const summary = summarize(values.map(value => value ?? Number.NaN));
    for (const [name, value] of Object.entries(expected)) {
      const own = summary[name as keyof typeof summary];
      if (value === null) expect(own, name).toBeNaN();
      else expect(Math.abs(own - value), name).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
    }
  });

  it('keeps infinite distances: the mean is infinite, the median need not be', () => {
    const { count, mean, median, max } = summarize([1, Number.POSITIVE_INFINITY, 2]);
    expect({ count, mean, median, max }).toEqual({ count: 3, mean: Infinity, median: 2, max: Infinity });
  });
});

describe('quantileOfSorted', () => {
  it('interpolates between neighbours as NumPy does', () => {
    // numpy.percentile([1, 2, 4, 8], 95) = 7.4
    expect(quantileOfSorted([1, 2, 4, 8], 0.95)).toBeCloseTo(7.4, 12);
  });
});

describe('nanMean', () => {
  it('leaves out NaN, and is NaN for nothing', () => {
    expect(nanMean([1, Number.NaN, 3])).toBe(2);
    expect(nanMean([Number.NaN])).toBeNaN();
  });
});
