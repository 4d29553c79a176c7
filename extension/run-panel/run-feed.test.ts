import { appendFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToRunPanel } from '../../src/contracts/run-panel.ts';
import { RunFeed } from './run-feed.ts';

const manifest = (status: string) =>
  JSON.stringify({
    id: 'run',
    name: 'small',
    task: 'segmentation',
    status,
    startedAt: '2026-03-01T09:00:00Z',
    process: { pid: process.pid, host: hostname() },
    seed: 7,
    configuration: { file: '/small.innereye.yaml', hash: '', overrides: [] },
    innereye: '0.1.0',
    node: 'v20',
    tags: {},
  });

describe('the feed of a run', () => {
  let folder: string;
  let feed: RunFeed | undefined;
  let messages: (ToRunPanel & { readonly at: number })[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-feed-'));
    messages = [];
  });
  afterEach(async () => {
    feed?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => {
    feed = new RunFeed(folder, join(folder, 'backend.log'), message =>
      messages.push({ ...message, at: performance.now() }),
    );
    feed.start();
  };
  const of = <Type extends ToRunPanel['type']>(type: Type) =>
    messages.filter((message): message is typeof message & { type: Type } => message.type === type);
  const until = async (holds: () => boolean) => {
    const began = performance.now();
    while (!holds()) {
      if (performance.now() - began > 5000) throw new Error(`not within 5 s: ${JSON.stringify(messages)}`);
      await sleep(10);
    }
  };
  const events = () =>
    of('events')
      .map(({ bytes }) => Buffer.from(bytes).toString())
      .join('');

  it('sends the run, its events and log, says when it has caught up, and goes on as they grow', async () => {
    await writeFile(join(folder, 'run.json'), manifest('running'));
    await writeFile(join(folder, 'events.ndjson'), '{"a":1}\n{"b"');
    await writeFile(join(folder, 'backend.log'), 'hello\n');
    start();
    await until(() => of('caughtUp').length === 1);
    expect(messages.map(({ type }) => type)).toEqual(['run', 'events', 'log', 'caughtUp']);
    expect(events()).toBe('{"a":1}\n');
    appendFileSync(join(folder, 'events.ndjson'), ':2}\n');
    await until(() => events() === '{"a":1}\n{"b":2}\n');
    await writeFile(join(folder, 'run.json'), manifest('completed'));
    await until(() => of('run').at(-1)?.run.status === 'completed');
    expect(of('run')).toHaveLength(2);
  });

  it('sends the profile of its steps when it is there, and none that is half written', async () => {
    await writeFile(join(folder, 'run.json'), manifest('running'));
    await writeFile(join(folder, 'profile.json'), '{"steps": 10,');
    start();
    await until(() => of('caughtUp').length === 1);
    const profile = { steps: 10, stepMilliseconds: 60, waitingForData: 0, nodes: [], operations: [] };
    await writeFile(join(folder, 'profile.json'), JSON.stringify(profile));
    await until(() => of('profile').length > 0);
    expect(of('profile')).toEqual([{ type: 'profile', folder, profile, at: expect.any(Number) }]);
  });

  it('sends at most ten messages of events a second, however fast they come', async () => {
    await writeFile(join(folder, 'run.json'), manifest('running'));
    start();
    const began = performance.now();
    let written = 0;
    while (performance.now() - began < 1500) {
      appendFileSync(join(folder, 'events.ndjson'), `{"n":${written++}}\n`.repeat(50));
      await sleep(5);
    }
    await until(() => events().split('\n').length === written * 50 + 1);
    const times = of('events').map(({ at }) => at);
    for (let index = 1; index < times.length; index++) {
      // Timers may be a millisecond early.
      expect(times[index]! - times[index - 1]!).toBeGreaterThan(98);
    }
    expect(times.length).toBeGreaterThan(5);
  });

  it('explains a folder that is no run, and shows it when it becomes one', async () => {
    start();
    await until(() => of('fault').length === 1);
    expect(of('fault')[0]!.message).toContain('is not the folder of a run');
    await writeFile(join(folder, 'run.json'), manifest('running'));
    await until(() => of('run').length === 1);
  });

  it('says that a folder is gone, without advice for another place, and shows it when it is back', async () => {
    await writeFile(join(folder, 'run.json'), manifest('running'));
    start();
    await until(() => of('run').length === 1);
    await rename(folder, `${folder}-moved`);
    await until(() => of('fault').length === 1);
    expect(of('fault')[0]).toMatchObject({ message: 'This run’s folder is gone.', gone: true });
    await rename(`${folder}-moved`, folder);
    await until(() => of('run').length === 2);
  });
});
