import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinPairs, splitPairs, wrongPairs } from './pairs.ts';

it('pairs come back from the line that they are edited in', () => {
  const name = fc.stringMatching(/^[a-z][a-z.]{0,8}$/);
  const value = fc.stringMatching(/^[A-Za-z0-9.]([A-Za-z0-9. ]{0,8}[A-Za-z0-9.])?$/);
  const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
  fc.assert(
    fc.property(fc.array(pair), pairs => {
      expect(splitPairs(joinPairs(pairs))).toEqual(pairs);
      expect(wrongPairs(joinPairs(pairs))).toBeUndefined();
    }),
  );
});

it.each(['site', 'site=B reader c=1', '=B'])('"%s" is wrong', text => {
  expect(wrongPairs(text)).toContain('name=value');
});
