import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Fault, Faults } from '../foundation/fault.ts';
import { inspectPrepared } from './file-reader.ts';
import { dataSetOnDisk, scratchFolder } from './fixtures/data-set.ts';
import { openReader } from './preparation.ts';
import { type PreparedHandle, prepareSubjects } from './prepare-subjects.ts';

/** Bytes of one prepared subject of the data set on disk: image, labels and census. */
const BYTES = 512 * 4 + 512 + 8 * 2 * 4;

vi.mock('node:os', async original => ({
  ...(await original<typeof import('node:os')>()),
  // An eighth of it is enough for three subjects.
  totalmem: () => 8 * 3 * BYTES,
}));

const fileOf = ({ storage }: PreparedHandle) => (storage.kind === 'file' ? storage.file : '');
const entries = (folder: string) => readdirSync(folder).filter(name => name.endsWith('.prepared'));
const firstVoxel = async (handle: PreparedHandle) => (await handle.load()).images[0][0];

describe('subjects that are prepared', () => {
  it('are read from the cache the second time', async () => {
    const { subjects, settings } = await dataSetOnDisk(2);
    const folder = await scratchFolder();
    const prepare = () => prepareSubjects(subjects, settings, { folder, memoryBudget: 0 });
    const first = await prepare();
    const inodes = () => first.map(handle => statSync(fileOf(handle)).ino);
    const before = inodes();
    const second = await prepare();
    expect(second.map(fileOf)).toEqual(first.map(fileOf));
    expect(inodes()).toEqual(before);
    expect(second.map(({ id, masked, drawn }) => ({ id, masked, drawn }))).toEqual([
      { id: 's0', masked: false, drawn: [true] },
      { id: 's1', masked: false, drawn: [true] },
    ]);
    expect(await Promise.all(second.map(firstVoxel))).toEqual([0, 1]);
  });

  it('are made anew where an entry is damaged', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const folder = await scratchFolder();
    const [first] = await prepareSubjects(subjects, settings, { folder, memoryBudget: 0 });
    const file = fileOf(first);
    const bytes = readFileSync(file);
    bytes[inspectPrepared(file)!.images[0] + 2] ^= 0xff;
    writeFileSync(file, bytes);
    expect(await firstVoxel(first)).toBe(0);
    writeFileSync(file, bytes);
    const [kept] = await prepareSubjects(subjects, settings, { folder, memoryBudget: BYTES });
    expect(readFileSync(fileOf(kept))).not.toEqual(bytes);
    expect(await firstVoxel(kept)).toBe(0);
    truncateSync(file, 100);
    const [again] = await prepareSubjects(subjects, settings, { folder, memoryBudget: 0 });
    expect(statSync(fileOf(again)).size).toBe(bytes.length);
  });

  it('keep what the same process prepared before, whatever the cache may hold', async () => {
    const { subjects, settings } = await dataSetOnDisk(4);
    const folder = await scratchFolder();
    const onWarning = vi.fn();
    const options = { folder, memoryBudget: 0, cacheLimit: 2.5 * BYTES, onWarning };
    const other = join(folder, 'other.prepared');
    writeFileSync(other, new Uint8Array(100));
    const training = await prepareSubjects(subjects.slice(0, 2), settings, options);
    expect(existsSync(other)).toBe(true);
    expect(onWarning).not.toHaveBeenCalled();
    const validation = await prepareSubjects(subjects.slice(2), settings, options);
    expect([...training, ...validation].every(handle => existsSync(fileOf(handle)))).toBe(true);
    expect(existsSync(other)).toBe(false);
    expect(onWarning).toHaveBeenCalledTimes(1);
    expect(onWarning.mock.calls[0][0]).toMatch(
      /^The prepared volumes of this run take .* more than the .* that/,
    );
  });

  it('stay in their files, and in memory only where they cannot be written, by one budget of a process', async () => {
    const { subjects, settings } = await dataSetOnDisk(4);
    const sound = await prepareSubjects(subjects, settings, { folder: await scratchFolder() });
    expect(sound.map(({ storage }) => storage.kind)).toEqual(['file', 'file', 'file', 'file']);
    const blocked = join(await scratchFolder(), 'file');
    writeFileSync(blocked, '');
    const folder = join(blocked, 'cache');
    const kinds = async (from: number, to: number) =>
      (await prepareSubjects(subjects.slice(from, to), settings, { folder })).map(
        ({ storage }) => storage.kind,
      );
    expect(await kinds(0, 2)).toEqual(['memory', 'memory']);
    expect(await kinds(2, 4)).toEqual(['memory', 'file']);
  });

  it('are written back when their entry went and a crop or the whole is asked for', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const folder = await scratchFolder();
    const [handle] = await prepareSubjects(subjects, settings, { folder, memoryBudget: 0 });
    for (const ask of [() => openReader(handle.storage), () => handle.load()]) {
      rmSync(fileOf(handle));
      expect(await ask()).toBeDefined();
      expect(existsSync(fileOf(handle))).toBe(true);
    }
    expect((await openReader(handle.storage))!.plane(0).labels[5]).toBe(1);
  });

  it('are there without a cache that can be written, with a warning', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const blocked = join(await scratchFolder(), 'file');
    writeFileSync(blocked, '');
    const onWarning = vi.fn();
    const options = { folder: join(blocked, 'cache'), memoryBudget: 0, onWarning };
    const [handle] = await prepareSubjects(subjects, settings, options);
    expect(onWarning).toHaveBeenCalledWith(expect.stringContaining('cannot be kept'));
    expect(await firstVoxel(handle)).toBe(0);
    expect((await openReader(handle.storage))!.id).toBe('s0');
  });

  it('see that a scan was written anew', async () => {
    const { subjects, settings } = await dataSetOnDisk(2);
    const folder = await scratchFolder();
    const prepare = async () => prepareSubjects(subjects.slice(0, 1), settings, { folder, memoryBudget: 0 });
    expect(await firstVoxel((await prepare())[0])).toBe(0);
    writeFileSync(subjects[0].images[0].file, readFileSync(subjects[1].images[0].file));
    expect(await firstVoxel((await prepare())[0])).toBe(1);
  });

  it.each([0, 2])('tell all faults of all subjects, with %d threads', async threads => {
    const { subjects, settings } = await dataSetOnDisk(3);
    const folder = await scratchFolder();
    for (const index of [0, 2]) truncateSync(subjects[index].images[0].file, 50);
    const onProgress = vi.fn();
    const prepare = (of: typeof subjects) => prepareSubjects(of, settings, { folder, threads, onProgress });
    const both = await prepare(subjects).catch((error: unknown) => error);
    expect(both).toBeInstanceOf(Faults);
    expect((both as Faults).faults.map(({ place }) => place.subject).sort()).toEqual(['s0', 's2']);
    expect(onProgress).toHaveBeenCalledTimes(3);
    await expect(prepare(subjects.slice(0, 1))).rejects.toBeInstanceOf(Fault);
    expect(entries(folder)).toHaveLength(1);
  });

  it('stop when they are told to', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const folder = await scratchFolder();
    const reason = new Error('stopped');
    const signal = AbortSignal.abort(reason);
    await expect(prepareSubjects(subjects, settings, { folder, signal })).rejects.toBe(reason);
  });
});
