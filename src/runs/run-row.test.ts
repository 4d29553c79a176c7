import { describe, expect, it } from 'vitest';
import type { Manifest } from '../contracts/run.ts';
import { epochsText, rowOf, scoreText } from './run-row.ts';

const manifest: Manifest = {
  id: 'r',
  name: 'liver',
  task: 'segmentation',
  status: 'cancelled',
  startedAt: '2026-11-23T19:05:06.000Z',
  process: { pid: 1, host: 'here' },
  seed: 1,
  configuration: { file: 'liver.innereye.yaml', hash: 'abc', overrides: [] },
  innereye: '0.1.0',
  node: 'v20',
  tags: {},
  results: {},
};
const rowFor = (changes: Partial<Manifest>, stepsDone?: number) => {
  const full = { ...manifest, ...changes };
  const { status } = full;
  return rowOf({
    folder: '/o/r',
    manifest: full,
    status,
    tags: {},
    note: '',
    ...(stepsDone !== undefined && { stepsDone }),
  });
};
const dice = { epoch: 3, metric: 'validation/Dice/AverageAcrossStructures', value: 0.671 };

describe('the score of a run', () => {
  it.each([
    ['that on the test split', { best: dice, results: { 'test/Dice': 0.9064 } }, 'test Dice 0.906'],
    ['that of the best validation before the test', { best: dice }, 'val. Dice 0.671'],
    [
      'that of the best validation where the test gave none',
      { best: dice, results: { 'test/Dice': null } },
      'val. Dice 0.671',
    ],
    [
      'named as its task names it',
      {
        best: { epoch: 1, metric: 'validation/AreaUnderRocCurve', value: 0.7 },
        results: { 'test/Accuracy': 0.5, 'test/AreaUnderRocCurve': 0.8 },
      },
      'test AreaUnderRocCurve 0.800',
    ],
    [
      'the first one where nothing was validated',
      { results: { 'test/Accuracy': 0.5 } },
      'test Accuracy 0.500',
    ],
  ])('is %s', (_, changes, text) => expect(scoreText(rowFor(changes).score!)).toBe(text));

  it('is none where nothing was measured', () => expect(rowFor({}).score).toBeUndefined());
});

describe('the epochs of a run', () => {
  const plan = { epochs: 400, stepsPerEpoch: 10, validateEvery: 1 };
  it('are those done where it was stopped', () =>
    expect(epochsText(rowFor({ plan }, 125))).toBe('12 of 400'));
  it('are those planned while it runs and where it is complete', () => {
    expect(epochsText(rowFor({ plan, status: 'running' }, 125))).toBe('400');
    expect(epochsText(rowFor({ plan, status: 'completed' }))).toBe('400');
  });
});
