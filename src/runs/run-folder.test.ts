import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../contracts/run.ts';
import { thisProcess } from '../foundation/process-identity.ts';
import { listRuns } from './child-runs.ts';
import { createRunFolder, openRun, runId, writeManifest } from './run-folder.ts';
import { resumeRun } from './train-run.ts';

const manifest = (more: Partial<Manifest>): Manifest => ({
  id: 'x',
  name: 'x',
  task: 'segmentation',
  status: 'running',
  startedAt: '2026-01-01T00:00:00Z',
  process: thisProcess(),
  seed: 1,
  configuration: { file: '/c/x.innereye.yaml', hash: '', overrides: [] },
  innereye: '0',
  node: '20',
  tags: {},
  results: {},
  ...more,
});

describe('a run', () => {
  let outputs: string;
  beforeEach(async () => {
    outputs = await mkdtemp(join(tmpdir(), 'innereye-runs-'));
  });
  afterEach(() => rm(outputs, { recursive: true, force: true }));

  const status = async (process: Manifest['process']) => {
    await writeManifest(outputs, manifest({ process }));
    return (await openRun(outputs)).status;
  };

  it('is running as long as its process is', async () => {
    expect(await status(thisProcess())).toBe('running');
    expect(await status({ pid: process.pid, host: hostname() })).toBe('running');
    expect(await status({ pid: 2 ** 22 + 1, host: hostname() })).toBe('interrupted');
  });

  it('is interrupted where another process has got the number', async () => {
    expect(await status({ ...thisProcess(), started: 'another boot:1' })).toBe(
      process.platform === 'linux' ? 'interrupted' : 'running',
    );
  });

  it('on another machine is running as long as its heart beats', async () => {
    const elsewhere = { pid: 1, host: 'a-node-of-a-cluster' };
    expect(await status(elsewhere)).toBe('interrupted');
    await writeFile(join(outputs, 'heartbeat'), '');
    expect(await status(elsewhere)).toBe('running');
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(outputs, 'heartbeat'), longAgo, longAgo);
    expect(await status(elsewhere)).toBe('interrupted');
  });

  it('that is at work or complete is not resumed', async () => {
    const options = { signal: new AbortController().signal };
    await writeManifest(outputs, manifest({}));
    await expect(resumeRun(outputs, options)).rejects.toThrow('the run is still at work');
    await writeManifest(outputs, manifest({ status: 'completed' }));
    await expect(resumeRun(outputs, options)).rejects.toThrow('the run is complete');
    await writeManifest(outputs, manifest({ status: 'cancelled' }));
    await writeFile(join(outputs, 'run.lock'), JSON.stringify(thisProcess()));
    await expect(resumeRun(outputs, options)).rejects.toThrow('the run is still at work');
  });

  it('can be opened whatever stands for its best epoch', async () => {
    await writeManifest(outputs, manifest({ best: { epoch: 1, metric: 'm', value: Number.NaN } }));
    expect((await openRun(outputs)).manifest.best).toBeUndefined();
  });

  it('is listed newest first, beside whatever else lies there', async () => {
    await symlink('/nowhere', join(outputs, 'latest'));
    await writeFile(join(outputs, 'notes.txt'), '');
    for (const [name, startedAt] of [
      ['b', '2026-01-02'],
      ['a', '2026-01-01'],
      ['c', '2026-01-02'],
    ] as const) {
      await mkdir(join(outputs, name));
      await writeManifest(join(outputs, name), manifest({ id: name, startedAt }));
    }
    expect((await listRuns(outputs)).map(({ manifest: { id } }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('keeps the letters of all scripts in its name, and ends with one', () => {
    const time = new Date('2026-11-23T19:05:06Z');
    expect(runId('mein modell ü', time)).toBe('2026-11-23T190506Z_mein-modell-ü');
    expect(runId('肝臓 (1)', time)).toBe('2026-11-23T190506Z_肝臓-1');
    expect(runId('../..', time)).toBe('2026-11-23T190506Z_run');
  });

  it('gets a folder of its own, or a fault that says why not', async () => {
    const id = runId('liver', new Date('2026-11-23T19:05:06Z'));
    expect(id).toBe('2026-11-23T190506Z_liver');
    expect(await createRunFolder(outputs, id)).toBe(join(outputs, id));
    expect(await createRunFolder(outputs, id)).toBe(join(outputs, `${id}-2`));
    await writeFile(join(outputs, 'file'), '');
    await expect(createRunFolder(join(outputs, 'file'), id)).rejects.toThrow(/there is a file of that name/);
    await expect(createRunFolder(join(outputs, 'file', 'below'), id)).rejects.toThrow(/there is a file/);
  });
});
