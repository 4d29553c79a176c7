import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { openRun, type Run } from '../../src/runs/run-folder.ts';
import { RunCollection } from './run-collection.ts';

const RUNS = 3_000;

const manifest = (index: number, changes: object = {}) => ({
  id: `run-${index}`,
  name: `model-${index % 7}`,
  task: 'segmentation',
  status: 'completed',
  startedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
  finishedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000 + 30_000).toISOString(),
  process: { pid: 1, host: 'elsewhere' },
  seed: 1,
  configuration: { file: `/c/model-${index % 7}.innereye.yaml`, hash: '0', overrides: [] },
  innereye: '0',
  node: 'v20',
  tags: {},
  results: { 'test/Dice': (index % 100) / 100 },
  ...changes,
});

/** A process id that no process has. */
const GONE = 2 ** 30;

describe('the runs of a workspace', () => {
  let root: string;
  const folderOf = (index: number) => join(root, `run-${index}`);
  const write = (index: number, changes?: object) =>
    writeFile(join(folderOf(index), 'run.json'), JSON.stringify(manifest(index, changes)));

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'innereye-runs-'));
    for (let index = 0; index < RUNS; index++) {
      await mkdir(folderOf(index));
      await write(index);
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  function collection() {
    const told: (string | undefined)[] = [];
    const ended: RunRow[] = [];
    const read: string[] = [];
    const runs = new RunCollection(
      { changed: folder => told.push(folder), ended: row => ended.push(row) },
      folder => {
        read.push(folder);
        return openRun(folder);
      },
    );
    return { runs, told, ended, read };
  }

  it(`are found among ${RUNS}, and then only the changed one is read`, async () => {
    const { runs, told, read } = collection();
    const began = performance.now();
    await runs.search(async () => Array.from({ length: RUNS }, (_, index) => folderOf(index)));
    console.log(`${RUNS} runs were read in ${Math.round(performance.now() - began)} ms`);
    expect(runs.all()).toHaveLength(RUNS);
    expect(told).toEqual([undefined]);
    read.length = 0;
    await write(5, { results: { 'test/Dice': 0.99 } });
    await runs.refresh(folderOf(5));
    expect(read).toEqual([folderOf(5)]);
    expect(told).toEqual([undefined, folderOf(5)]);
    expect(runs.get(folderOf(5))?.score?.value).toBe(0.99);
    await runs.poll();
    expect(read).toHaveLength(1);
    await write(5);
  });

  it('say nothing where a manifest was written with what it said before', async () => {
    const { runs, told } = collection();
    await runs.refresh(folderOf(1));
    await utimes(join(folderOf(1), 'run.json'), new Date(), new Date());
    await runs.refresh(folderOf(1));
    expect(told).toEqual([undefined]);
  });

  it('are interrupted when their process is gone, which is told once', async () => {
    const { runs, ended } = collection();
    await write(2, { status: 'running', process: { pid: process.pid, host: hostname() } });
    await runs.refresh(folderOf(2));
    expect(runs.running()).toHaveLength(1);
    await write(2, { status: 'running', process: { pid: GONE, host: hostname() } });
    await runs.poll();
    await runs.poll();
    expect(ended.map(({ status }) => status)).toEqual(['interrupted']);
    expect(runs.running()).toEqual([]);
    await write(2);
  });

  it('go with their folder, and with a folder above it', async () => {
    const { runs } = collection();
    await runs.search(async () => [folderOf(1), folderOf(10), folderOf(11)]);
    runs.remove(folderOf(1));
    expect(runs.all()).toHaveLength(2);
    runs.remove(root);
    expect(runs.all()).toEqual([]);
  });

  it('leave out what is no run', async () => {
    const { runs } = collection();
    await mkdir(join(root, 'broken'));
    await writeFile(join(root, 'broken', 'run.json'), '{"id": ');
    await runs.search(async () => [join(root, 'broken'), join(root, 'missing'), folderOf(3)]);
    expect(runs.all().map(({ folder }) => folder)).toEqual([folderOf(3)]);
  });

  it('stay where they came while folders were searched, and go where a search finds them no more', async () => {
    const { runs } = collection();
    await runs.refresh(folderOf(6));
    await runs.search(async () => {
      await runs.refresh(folderOf(7));
      return [folderOf(8)];
    });
    expect(runs.all().map(({ folder }) => folder)).toEqual([folderOf(7), folderOf(8)]);
  });

  it('have ended only where they were seen running', async () => {
    const { runs, ended } = collection();
    await runs.refresh(folderOf(9));
    await runs.search(async () => [folderOf(9), folderOf(12)]);
    await write(9, { status: 'failed' });
    await runs.refresh(folderOf(9));
    expect(ended).toEqual([]);
    await write(9);
  });

  it('are as the later of two reads found them, whichever comes back first', async () => {
    const answers: ((run: Run) => void)[] = [];
    const runs = new RunCollection(
      { changed: () => {} },
      () => new Promise<Run>(resolve => answers.push(resolve)),
    );
    const run = await openRun(folderOf(4));
    const both = [runs.refresh(run.folder), runs.refresh(run.folder)];
    answers[1]!({ ...run, status: 'completed' });
    answers[0]!({ ...run, status: 'running' });
    await Promise.all(both);
    expect(runs.get(run.folder)?.status).toBe('completed');
  });
});
