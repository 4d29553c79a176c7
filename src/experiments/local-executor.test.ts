import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../contracts/events.ts';
import { type Manifest, manifestSchema } from '../contracts/run.ts';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { isRunning, type ProcessIdentity } from '../foundation/process-identity.ts';
import { writeManifest } from '../runs/run-folder.ts';
import type { WorkItem } from './executor.ts';
import { localExecutor } from './local-executor.ts';
import { startProcess } from './training-process.ts';

const parent = temporaryFolder();
const command = [process.execPath, resolve('src/experiments/fixtures/fake-training.mjs')];
const concurrency = { count: 2, reason: 'for the test' };
const executor = localExecutor({ concurrency, command });

let made = 0;
function item(...overrides: string[]): WorkItem {
  const id = `trial-${made++}`;
  return {
    id,
    kind: 'trial',
    configuration: '/c.innereye.yaml',
    overrides,
    parent,
    folder: join(parent, id),
  };
}
const manifestOf = ({ folder }: WorkItem): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
const epochsIn = (events: readonly RunEvent[]) =>
  events.filter(({ type }) => type === 'metric').map(event => (event as { epoch: number }).epoch);
const never = new AbortController().signal;

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4_000 && !holds(); tries++) await sleep(25);
  expect(holds()).toBe(true);
}
const hasBegun = (work: WorkItem) => () => {
  try {
    return readFileSync(join(work.folder, 'events.ndjson'), 'utf8').split('\n').length > 2;
  } catch {
    return false;
  }
};

/** Lets a training go on that waits before the epoch FAKE_HOLD. */
const release = ({ folder }: WorkItem) => writeFileSync(join(folder, 'go'), '');

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the local executor', () => {
  it('makes a training in a process of its own, and tells what happens in it', async () => {
    const work = item('optimizer.learning_rate=0.5');
    let events: readonly RunEvent[] = [];
    const outcome = await executor.run(work, {
      signal: never,
      onEvents: found => {
        events = [...found];
      },
    });
    expect(outcome).toEqual({ status: 'completed' });
    expect(epochsIn(events)).toEqual([0, 1, 2]);
    expect(events.some(({ type }) => type === 'step')).toBe(false);
    expect(manifestOf(work)).toMatchObject({
      configuration: { file: '/c.innereye.yaml', overrides: ['optimizer.learning_rate=0.5'] },
    });
    expect(manifestOf(work).process.pid).not.toBe(process.pid);
  });

  it('does nothing for what is complete, but tells of it', async () => {
    const work = item();
    await executor.run(work, { signal: never });
    const told = vi.fn();
    expect(await executor.run(work, { signal: never, onEvents: told })).toEqual({ status: 'completed' });
    expect(epochsIn(told.mock.lastCall![0])).toEqual([0, 1, 2]);
    expect(manifestOf(work).tags.begun).toBe('1');
  });

  it('names why one failed, also where that stands on its output alone', async () => {
    expect(await executor.run(item('training.fail=1'), { signal: never })).toEqual({
      status: 'failed',
      error: 'the disk is full',
    });
    expect(await executor.run(item('training.fail=1', 'training.silent=1'), { signal: never })).toEqual({
      status: 'failed',
      error: 'the disk is full',
    });
    const none = localExecutor({ concurrency, command: ['/no/such/program'] });
    expect(await none.run(item(), { signal: never })).toMatchObject({ status: 'failed' });
  });

  it('asks it to stop, and goes on with it afterwards', async () => {
    vi.stubEnv('FAKE_EPOCHS', '6');
    vi.stubEnv('FAKE_HOLD', '3');
    const work = item('optimizer.learning_rate=1');
    const controller = new AbortController();
    const first = executor.run(work, { signal: controller.signal });
    await until(hasBegun(work));
    controller.abort();
    expect(await first).toEqual({ status: 'cancelled' });
    expect(isRunning(manifestOf(work).process as ProcessIdentity)).toBe(false);
    release(work);
    const told = vi.fn();
    expect(await executor.run(work, { signal: never, onEvents: told })).toEqual({ status: 'completed' });
    expect(epochsIn(told.mock.lastCall![0])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(manifestOf(work)).toMatchObject({
      tags: { begun: '2' },
      configuration: { overrides: ['optimizer.learning_rate=1'] },
    });
  });

  it('waits for a training that goes on although its executor was killed', async () => {
    vi.stubEnv('FAKE_HOLD', '2');
    const work = item();
    const left = startProcess(command, ['train', '/c', '--run-folder', work.folder], `${work.folder}.log`);
    await until(hasBegun(work));
    const waiting = executor.run(work, { signal: never, onEvents: () => release(work) });
    expect(await waiting).toEqual({ status: 'completed' });
    expect(manifestOf(work)).toMatchObject({ tags: { begun: '1' }, process: { pid: left.pid } });
  });

  it('goes on with one that was killed', async () => {
    vi.stubEnv('FAKE_EPOCHS', '5');
    vi.stubEnv('FAKE_HOLD', '2');
    const work = item();
    const left = startProcess(command, ['train', '/c', '--run-folder', work.folder], `${work.folder}.log`);
    await until(hasBegun(work));
    process.kill(left.pid!, 'SIGKILL');
    await left.ended;
    release(work);
    const told = vi.fn();
    expect(await executor.run(work, { signal: never, onEvents: told })).toEqual({ status: 'completed' });
    expect(epochsIn(told.mock.lastCall![0])).toEqual([0, 1, 2, 3, 4]);
    expect(manifestOf(work).tags.begun).toBe('2');
  });

  it('ends no process that may be another one than the training', async () => {
    const work = item();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = once(other, 'exit');
    try {
      // When it began is not told: its number may have been given to another since.
      await writeManifest(work.folder, {
        id: work.id,
        name: 'other',
        task: 'segmentation',
        status: 'running',
        startedAt: new Date().toISOString(),
        process: { pid: other.pid!, host: hostname() },
        seed: 0,
        configuration: { file: '/c', hash: '', overrides: [] },
        innereye: '0',
        node: process.version,
        tags: {},
        results: {},
      });
      expect(await executor.run(work, { signal: AbortSignal.abort() })).toEqual({ status: 'cancelled' });
    } finally {
      // Had it got a SIGTERM before, it would have ended by that.
      other.kill('SIGKILL');
    }
    expect((await ended)[1]).toBe('SIGKILL');
  });

  it('tells of one that is killed while it is waited for', async () => {
    vi.stubEnv('FAKE_HOLD', '0');
    const work = item();
    const running = executor.run(work, { signal: never });
    await until(() => {
      try {
        return manifestOf(work).status === 'running';
      } catch {
        return false;
      }
    });
    process.kill(manifestOf(work).process.pid, 'SIGKILL');
    expect(await running).toEqual({ status: 'failed', error: 'the process was ended from outside' });
  });

  it('deals out the GPUs, and takes them back', async () => {
    vi.stubEnv('FAKE_HOLD', '1');
    const two = localExecutor({ concurrency, command, gpus: ['3', '5'] });
    const works = [item(), item(), item()];
    const first = works.slice(0, 2);
    const both = Promise.all(first.map(work => two.run(work, { signal: never })));
    // Both are at work at the same time.
    await until(() => first.every(work => hasBegun(work)()));
    first.forEach(release);
    await both;
    vi.stubEnv('FAKE_HOLD', '-1');
    await two.run(works[2]!, { signal: never });
    expect(
      works
        .slice(0, 2)
        .map(work => manifestOf(work).tags.gpu)
        .sort(),
    ).toEqual(['3', '5']);
    expect(['3', '5']).toContain(manifestOf(works[2]!).tags.gpu);
  });
});
