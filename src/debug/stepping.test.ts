import { expect, it } from 'vitest';
import { depthOfPart, Stepping } from './stepping.ts';

const NODE = { frames: 2, within: 0 };
const BLOCK = { frames: 2, within: 1 };
const LAYER = { frames: 2, within: 2 };
const OUTER = { frames: 1, within: 0 };

it.each([
  ['continue', NODE, [NODE, BLOCK, LAYER, OUTER], []],
  ['stepIn', NODE, [LAYER, BLOCK, NODE, OUTER], [LAYER, BLOCK, NODE, OUTER]],
  ['next', NODE, [LAYER, BLOCK, NODE, OUTER], [NODE, OUTER]],
  ['next', BLOCK, [LAYER, BLOCK, NODE], [BLOCK, NODE]],
  ['stepOut', LAYER, [LAYER, BLOCK, NODE], [BLOCK, NODE]],
  ['stepOut', NODE, [NODE, BLOCK, { frames: 1, within: 1 }, OUTER], [OUTER]],
] as const)('%s from %o ends at the right places', (mode, from, places, ends) => {
  const stepping = new Stepping();
  expect(places.some(place => stepping.endsAt(place))).toBe(false);
  stepping.begin(mode, from);
  expect(places.filter(place => stepping.endsAt(place))).toEqual(ends);
});

it('blocks lie as deep as their names have parts', () => {
  expect([undefined, 'encoder', 'encoder/0/1'].map(depthOfPart)).toEqual([0, 1, 3]);
});
