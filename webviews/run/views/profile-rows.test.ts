import { expect, it } from 'vitest';
import { nodeRows } from './profile-rows.ts';

it('adds up the parts of a node and lists the most expensive first', () => {
  const rows = nodeRows({
    nodes: [
      { setting: 'optimizer', forward: 4, backward: 0 },
      { setting: 'architecture', part: 'encoder/0', forward: 1, backward: 2 },
      { setting: 'architecture', part: 'decoder/0', forward: 2, backward: 4 },
      { setting: 'architecture', forward: 0.5, backward: 0 },
      { setting: 'loss', part: 'soft_dice', forward: 1, backward: 0 },
    ],
  });
  expect(rows).toEqual([
    { setting: 'architecture', forward: 3.5, backward: 6 },
    { setting: 'architecture', part: 'decoder/0', forward: 2, backward: 4 },
    { setting: 'architecture', part: 'encoder/0', forward: 1, backward: 2 },
    { setting: 'architecture', part: 'rest', forward: 0.5, backward: 0 },
    { setting: 'optimizer', forward: 4, backward: 0 },
    { setting: 'loss', forward: 1, backward: 0 },
  ]);
});
