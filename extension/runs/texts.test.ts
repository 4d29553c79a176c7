import { mkdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { durationText } from '../../src/runs/duration.ts';
import { descriptionOf } from './describe.ts';
import { progressIn, readProgress } from './run-progress.ts';
import { isTrashed, moveToTrash, restoreFromTrash, trashedRuns } from './trash.ts';

const row: RunRow = {
  folder: '/o/r',
  name: 'liver',
  task: 'segmentation',
  status: 'completed',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 4_200,
  score: { name: 'Dice', split: 'test', value: 0.91234 },
  epochs: 30,
  tags: { site: 'B' },
  note: 'good\nsecond line',
  configuration: '/c/liver.innereye.yaml',
  seed: 1,
};

describe('a run in words', () => {
  it('has what is known of it', () => {
    expect(descriptionOf(row)).toBe('test Dice 0.912 · 1 h 10 min · site=B · good');
  });

  it.each([
    [undefined, 'starting'],
    [{ epoch: 2 }, 'epoch 3/30'],
    [{ epoch: 30 }, 'epoch 30/30'],
    [{ epoch: 30, phase: { name: 'predicting test', done: 1, total: 8 } }, 'predicting test 1/8'],
  ])('says how far it is at %j: %s', (progress, expected) => {
    const { seconds: _, score: __, ...rest } = row;
    const running: RunRow = { ...rest, status: 'running', tags: {}, note: '' };
    expect(descriptionOf(running, progress)).toBe(expected);
  });

  it.each([
    [7.6, '8 s'],
    [90, '2 min'],
    [3_600 + 5 * 60, '1 h 05 min'],
  ])('took %d seconds: %s', (seconds, expected) => expect(durationText(seconds)).toBe(expected));
});

describe('how far a run is', () => {
  const line = (sequence: number, event: object) => JSON.stringify({ sequence, time: '', ...event });
  const step = (epoch: number, at: number) =>
    line(at, { type: 'step', epoch, step: at, loss: 1, learningRate: 1, gradientNorm: 1, milliseconds: 1 });
  const phase = line(9, { type: 'progress', phase: 'predicting test', done: 1, total: 8 });

  it('is what the last event says, though the first line and the last are cut', () => {
    expect(progressIn(`"step":3}\n${step(4, 1)}\n${step(5, 2)}\n{"sequ`)).toEqual({ epoch: 5 });
  });

  it('is a phase until training goes on', () => {
    const expected = { name: 'predicting test', done: 1, total: 8 };
    expect(progressIn(`${step(4, 1)}\n${phase}`)).toEqual({ epoch: 4, phase: expected });
    expect(progressIn(`${phase}\n${step(4, 10)}`)).toEqual({ epoch: 4 });
  });

  it('is not known where nothing is said of it', () => expect(progressIn('')).toBeUndefined());

  describe('in its folder', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'innereye-progress-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('is read from the end of a long stream', async () => {
      const lines = Array.from({ length: 2_000 }, (_, index) => step(Math.floor(index / 100), index));
      await writeFile(join(folder, 'events.ndjson'), `${lines.join('\n')}\n`);
      expect(await readProgress(folder)).toEqual({ epoch: 19 });
    });

    it('is not known where the stream cannot be read', async () => {
      expect(await readProgress(folder)).toBeUndefined();
      mkdirSync(join(folder, 'events.ndjson'));
      expect(await readProgress(folder)).toBeUndefined();
    });
  });
});

describe('the trash', () => {
  let outputs: string;
  beforeEach(async () => {
    outputs = await mkdtemp(join(tmpdir(), 'innereye-trash-'));
    mkdirSync(join(outputs, 'run'));
  });
  afterEach(() => rm(outputs, { recursive: true }));

  it('gives back what was moved to it', async () => {
    const trashed = await moveToTrash(join(outputs, 'run'));
    expect(isTrashed(trashed)).toBe(true);
    expect(isTrashed(join(trashed, 'trials', '001'))).toBe(true);
    expect(await trashedRuns(outputs)).toEqual([trashed]);
    expect(await restoreFromTrash(trashed)).toBe(join(outputs, 'run'));
    expect(await readdir(outputs)).toEqual(['.trash', 'run']);
  });

  it('does not write over a run that has taken the name', async () => {
    const trashed = await moveToTrash(join(outputs, 'run'));
    mkdirSync(join(outputs, 'run'));
    await expect(restoreFromTrash(trashed)).rejects.toThrow('already');
    expect(await trashedRuns(outputs)).toEqual([trashed]);
  });
});
