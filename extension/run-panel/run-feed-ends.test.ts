import { appendFileSync, type FSWatcher } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToRunPanel } from '../../src/contracts/run-panel.ts';

/** Watchers that were made and not closed. */
const open = vi.hoisted(() => new Set<unknown>());
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>();
  const watch = (...args: Parameters<typeof fs.watch>): FSWatcher => {
    const watcher = fs.watch(...args);
    open.add(watcher);
    watcher.on('close', () => open.delete(watcher));
    return watcher;
  };
  return { ...fs, watch };
});
const { RunFeed } = await import('./run-feed.ts');

/** How long a busy machine may take, in milliseconds. */
const PATIENCE = 60_000;

describe('the feed of a run', () => {
  let folder: string;
  let feed: InstanceType<typeof RunFeed>;
  let messages: ToRunPanel[];
  const types = () => messages.map(({ type }) => type);
  const manifest = () => join(folder, 'run.json');
  const events = () => join(folder, 'events.ndjson');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-feed-'));
    await writeFile(
      manifest(),
      JSON.stringify({
        id: 'run',
        name: 'small',
        task: 'segmentation',
        status: 'running',
        startedAt: '2026-03-01T09:00:00Z',
        process: { pid: process.pid, host: hostname() },
        seed: 7,
        configuration: { file: '/small.innereye.yaml', hash: '', overrides: [] },
        innereye: '0.1.0',
        node: 'v20',
        tags: {},
      }),
    );
    messages = [];
    feed = new RunFeed(folder, join(folder, 'backend.log'), message => messages.push(message));
  });
  afterEach(async () => {
    feed.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('ends with its watcher when it is disposed, and sends nothing more', async () => {
    await writeFile(events(), '{"a":1}\n');
    feed.start();
    await vi.waitFor(() => expect(types()).toContain('caughtUp'), PATIENCE);
    expect(open.size).toBe(1);
    feed.dispose();
    await vi.waitFor(() => expect(open.size).toBe(0), PATIENCE);
    const sent = messages.length;
    appendFileSync(events(), '{"b":2}\n');
    await sleep(1500);
    expect(messages).toHaveLength(sent);
  });

  it('sends nothing that it was reading when it was disposed', async () => {
    await writeFile(events(), '{"a":1}\n');
    feed.start();
    feed.dispose();
    await sleep(300);
    expect(messages).toEqual([]);
  });

  it('sends a manifest only where it says something else', async () => {
    feed.start();
    await vi.waitFor(() => expect(types()).toContain('run'), PATIENCE);
    for (let count = 0; count < 3; count++) {
      await sleep(1000);
      await utimes(manifest(), new Date(), new Date());
    }
    await sleep(300);
    expect(types().filter(type => type === 'run')).toHaveLength(1);
  });

  it('has caught up once, behind the last of the events that were there, however many chunks they are', async () => {
    const line = `{"text":"${'x'.repeat(1000)}"}\n`;
    await writeFile(events(), line.repeat(9_000));
    feed.start();
    await vi.waitFor(() => expect(types()).toContain('caughtUp'), PATIENCE);
    const read = messages.flatMap(message => (message.type === 'events' ? [message.bytes.length] : []));
    expect(read.length).toBeGreaterThan(1);
    expect(read.reduce((sum, size) => sum + size, 0)).toBe(line.length * 9_000);
    appendFileSync(events(), line);
    await vi.waitFor(() => expect(types().at(-1)).toBe('events'), PATIENCE);
    await sleep(1300);
    expect(types().filter(type => type === 'caughtUp')).toHaveLength(1);
    expect(types().lastIndexOf('events')).toBeGreaterThan(types().indexOf('caughtUp'));
  });
});
