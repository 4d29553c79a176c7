import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../engine/session.ts';
import type { NetworkWeights } from '../models/model.ts';
import { type Checkpoint, START } from '../training/checkpoint.ts';
import { learnedOf } from '../training/learned.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';

const failing = vi.hoisted(() => ({ at: undefined as RegExp | undefined }));
vi.mock('../training/safetensors.ts', async original => {
  const real = await original<typeof import('../training/safetensors.ts')>();
  return {
    ...real,
    writeSafetensors: (file: string, content: never) => {
      if (failing.at?.test(file)) throw new Error('killed');
      return real.writeSafetensors(file, content);
    },
  };
});

const parameter = (name: string, size: number) => ({
  name,
  shape: [size],
  size,
  index: 0,
  initial: { kind: 'constant', value: 0 } as const,
});
const model = {
  parameters: [parameter('a/kernel', 2), parameter('b/kernel', 1)],
  statistics: [parameter('a/mean', 1)],
} as unknown as NetworkWeights;

const checkpoint = (step: number, value: number, average?: number): Checkpoint => ({
  progress: { ...START, step, epoch: step / 10, bestEpoch: step / 10 },
  variables: {
    weights: Float32Array.of(value, value, value),
    statistics: Float32Array.of(10 * value),
    ...(average !== undefined && {
      average: Float32Array.of(average, average, average),
      average_statistics: Float32Array.of(10 * average),
    }),
  },
});

describe('the checkpoints of a run', () => {
  let run: string;
  let checkpoints: CheckpointFolder;
  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'innereye-checkpoints-'));
    checkpoints = new CheckpointFolder(run, model, 2);
    failing.at = undefined;
  });
  afterEach(() => rm(run, { recursive: true, force: true }));

  it('are the latest few and the best one', async () => {
    for (const [step, best] of [
      [10, false],
      [20, true],
      [30, false],
      [40, false],
    ] as const)
      await checkpoints.save(checkpoint(step, step), best);
    expect((await readdir(join(run, 'checkpoints'))).sort()).toEqual([
      'best.safetensors',
      'step-00000030.safetensors',
      'step-00000040.safetensors',
    ]);
    expect((await checkpoints.latest())!.progress.step).toBe(40);
    expect((await checkpoints.best()).variables.weights).toEqual(Float32Array.of(20, 20, 20));
  });

  it('never speak of a best one that is not there: killed between the two, the epoch is done again', async () => {
    await checkpoints.save(checkpoint(10, 1), true);
    failing.at = /step-00000020/;
    await expect(checkpoints.save(checkpoint(20, 2), true)).rejects.toThrow('killed');
    expect((await checkpoints.latest())!.progress).toMatchObject({ step: 10, bestEpoch: 1 });
    failing.at = /best/;
    await expect(checkpoints.save(checkpoint(20, 3), true)).rejects.toThrow('killed');
    expect((await checkpoints.latest())!.progress).toMatchObject({ step: 10, bestEpoch: 1 });
  });

  it('pass over one that is broken, say so, and let it go when training has gone on without it', async () => {
    const only = new CheckpointFolder(run, model, 1);
    await only.save(checkpoint(10, 1), true);
    await writeFile(join(run, 'checkpoints', 'step-00000500.safetensors'), 'broken');
    const told: string[] = [];
    expect((await only.latest(why => told.push(why.message)))!.progress.step).toBe(10);
    expect(told).toHaveLength(1);
    await only.save(checkpoint(20, 2), false);
    expect((await only.latest(why => told.push(why.message)))!.progress.step).toBe(20);
    expect(told).toHaveLength(1);
  });

  it('predict with the running average where there is one', () => {
    expect(learnedOf(checkpoint(10, 1, 5).variables).weights).toEqual(Float32Array.of(5, 5, 5));
    expect(learnedOf(checkpoint(10, 1).variables).weights).toEqual(Float32Array.of(1, 1, 1));
    expect(learnedOf(checkpoint(10, 1, 5).variables).statistics).toEqual(Float32Array.of(50));
    expect(learnedOf(checkpoint(10, 1).variables).statistics).toEqual(Float32Array.of(10));
  });

  it('give another run its weights, their average first, and its statistics', async () => {
    await checkpoints.save(checkpoint(10, 1, 5), true);
    const values: Record<string, Float32Array> = {
      weights: new Float32Array(3),
      average: new Float32Array(3),
      statistics: new Float32Array(1),
      average_statistics: new Float32Array(1),
    };
    const session = {
      read: async (names: string[]) => Object.fromEntries(names.map(name => [name, values[name]!.slice()])),
      write: async (written: object) => void Object.assign(values, written),
    } as unknown as Session;
    const wider = {
      parameters: [parameter('a/kernel', 2), parameter('c/kernel', 1)],
      statistics: model.statistics,
    } as unknown as NetworkWeights;
    expect(await new CheckpointFolder(run, wider, 2).initialize(session, run, { averaged: true })).toBe(1);
    expect(values).toEqual({
      weights: Float32Array.of(5, 5, 0),
      average: Float32Array.of(5, 5, 0),
      statistics: Float32Array.of(50),
      average_statistics: Float32Array.of(50),
    });
    const stranger = { parameters: [parameter('x', 2)], statistics: [] } as unknown as NetworkWeights;
    await expect(
      new CheckpointFolder(run, stranger, 2).initialize(session, run, { averaged: false }),
    ).rejects.toThrow(/no layer of the initial weights fits/);
    const frozen = (parts: string[]) =>
      new CheckpointFolder(run, wider, 2).initialize(session, run, { averaged: false, frozen: parts });
    expect(await frozen(['a'])).toBe(1);
    await expect(frozen(['c'])).rejects.toThrow(
      /not have all that is frozen: 1 of .*"c\/kernel" of the shape \[1\]/,
    );
  });
});
