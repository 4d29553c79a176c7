import { expect, it } from 'vitest';
import { compare, isMet, measure } from './comparison.mjs';

it('divides our times by those of the fastest peer, round by round', () => {
  const times = { ours: [6, 8, 5], slow: [100, 100, 100], quick: [10, 10, 20] };
  const row = compare('a step', times, { unit: 'ms', limit: 0.65 });
  expect(row.against).toBe('quick');
  expect(row.medians).toEqual({ ours: 6, slow: 100, quick: 10 });
  expect(row.value).toEqual({ median: 0.6, least: 0.25, most: 0.8 });
  expect(isMet(row)).toBe(true);
  expect(isMet({ ...row, limit: 0.5 })).toBe(false);
});

it('compares with the peer that is named, and with none where none is there', () => {
  const times = { ours: [6], nibabel: [12], quicker: [3] };
  expect(compare('reading', times, { unit: 'ms', limit: 1, against: 'nibabel' }).value!.median).toBe(0.5);
  const alone = compare('a step', { ours: [6] }, { unit: 'ms', limit: 1 });
  expect(alone.skipped).toBe('no peer is installed');
  expect(isMet(alone)).toBeUndefined();
});

it('does not take what was never reached for met', () => {
  expect(isMet(measure('minutes', [Number.POSITIVE_INFINITY], { unit: 'min', limit: 3 }))).toBe(false);
});
