import { expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../config/resolve-texts.ts';
import { shownFrame, stackFor } from './protocol-shapes.ts';

it('frames have numbers of their own, also the line on the file that inherits', () => {
  const configuration = resolveTexts({
    'main.innereye.yaml': 'extends: ./base.innereye.yaml\n',
    'base.innereye.yaml': MINIMAL,
  });
  const frames = stackFor(
    [
      { id: 1000, name: 'architecture', setting: 'architecture' },
      { id: 1001, name: 'batch 1', setting: 'sampling' },
    ],
    configuration,
  );
  expect(frames.map(({ source, line }) => [source?.name, line])).toEqual([
    ['base.innereye.yaml', 7],
    ['main.innereye.yaml', 1],
    ['base.innereye.yaml', 6],
  ]);
  expect(new Set(frames.map(({ id }) => id)).size).toBe(3);
  expect(frames.map(({ id }) => shownFrame(id))).toEqual([1000, 1000, 1001]);
});
