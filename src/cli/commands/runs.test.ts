import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../contracts/run.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { noteRun, tagRun } from '../../runs/run-notes.ts';
import { runsCommand } from './runs.ts';

const folder = temporaryFolder();
afterEach(() => {
  vi.restoreAllMocks();
});

function makeRun(id: string, more: Partial<Manifest>): string {
  const run = join(folder, id);
  mkdirSync(run);
  const manifest: Manifest = {
    id,
    name: 'liver',
    task: 'segmentation',
    status: 'completed',
    startedAt: '2026-11-23T19:05:06.000Z',
    process: { pid: 1, host: hostname() },
    seed: 42,
    configuration: { file: '/somewhere/liver.innereye.yaml', hash: '0', overrides: [] },
    innereye: '0.1.0',
    node: 'v20',
    tags: {},
    results: {},
    ...more,
  };
  writeFileSync(join(run, 'run.json'), JSON.stringify(manifest));
  return run;
}

async function runs(...args: string[]): Promise<string> {
  let printed = '';
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed += `${line}\n`;
  });
  await runsCommand().parseAsync(args, { from: 'user' });
  return printed;
}

describe('innereye runs', () => {
  it('lists runs in columns, newest first', async () => {
    const older = makeRun('older', {
      finishedAt: '2026-11-23T19:17:06.000Z',
      plan: { epochs: 30, stepsPerEpoch: 28, validateEvery: 3 },
      results: { 'test/Dice': 0.8765 },
    });
    makeRun('newer', { status: 'failed', startedAt: '2026-11-24T19:05:06.000Z' });
    await tagRun(older, { site: 'B' });
    const [head, first, second] = (await runs('list', '--output', folder)).split('\n');
    expect(head!.split(/ {2,}/)).toEqual(
      'started,name,status,epochs,duration,score,configuration,tags,folder'.split(','),
    );
    expect(first).toMatch(
      /^2026-11-2\d \d\d:\d\d {2}liver {2}failed +– {2}– +– +liver\.innereye\.yaml {2}– +\S+newer$/,
    );
    expect(second).toMatch(
      /completed +30 {2}12 min +test Dice 0\.8765 +liver\.innereye\.yaml {2}site=B {2}\S+older$/,
    );
  });

  it('shows a run in words', async () => {
    const run = makeRun('shown', {
      plan: { epochs: 30, stepsPerEpoch: 28, validateEvery: 3 },
      engine: { version: '2.21.0', device: 'cpu', threads: 2, precision: 'bfloat16' },
    });
    await noteRun(run, 'too few scans');
    const text = await runs('show', run);
    expect(text).toMatch(/^epochs +30 epochs of 28 steps$/m);
    expect(text).toMatch(/^engine +TensorFlow 2\.21\.0 on cpu, 2 threads, bfloat16$/m);
    expect(text).toMatch(/^note +too few scans$/m);
  });

  it('refuses to list a folder that is not there', async () => {
    await expect(runs('list', '--output', join(folder, 'nope'))).rejects.toThrow('there is no such folder');
  });
});
