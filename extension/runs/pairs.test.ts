import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinPairs, splitPairs, wrongPairs } from './pairs.ts';

it('pairs come back from the line that they are edited in, whatever their values', () => {
  const name = fc.stringMatching(/^[a-z][a-z._]{0,8}$/);
  const special = fc.string({
    unit: fc.constantFrom('a', '5', ' ', ';', '=', '"', '\\', '[', ']', '{', '}', ','),
  });
  const value = fc.oneof(special, fc.string()).map(text => text.trim());
  const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
  fc.assert(
    fc.property(fc.array(pair), pairs => {
      expect(splitPairs(joinPairs(pairs))).toEqual(pairs);
      expect(wrongPairs(joinPairs(pairs))).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['crop_size=[64, 64, 64] a=1', ['crop_size=[64, 64, 64]', 'a=1']],
  ['a=[[1, 2], {b: 3}] c=2', ['a=[[1, 2], {b: 3}]', 'c=2']],
  ['note=first reader', ['note=first reader']],
  ['note=first reader; site=B', ['note=first reader', 'site=B']],
  ['note="first; reader" site=B', ['note=first; reader', 'site=B']],
  ['name="5" site=B', ['name="5"', 'site=B']],
])('%s is read', (text, pairs) => expect(splitPairs(text)).toEqual(pairs));

it('values are quoted only where they must be', () => {
  expect(joinPairs(['crop_size=[64, 64, 64]', 'site=B', 'note=a; b'])).toBe(
    'crop_size=[64, 64, 64] site=B note="a; b"',
  );
});

it.each(['site', 'site=B reader c=1', '=B'])('"%s" is wrong', text => {
  expect(wrongPairs(text)).toContain('name=value');
});
