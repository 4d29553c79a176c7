import { readFileSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { asFileFault, asWriteFault } from './file-fault.ts';

const refused = async (call: () => unknown): Promise<unknown> => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
};

const folder = tmpdir();
const missing = join(folder, 'innereye-no-such-file');

describe('asFileFault', () => {
  it.each([
    ['a missing file', () => readFile(missing), 'there is no such file or folder', missing],
    [
      'a missing file, synchronously',
      () => readFileSync(missing),
      'there is no such file or folder',
      missing,
    ],
    ['a missing folder', () => readdir(missing), 'there is no such file or folder', missing],
    [
      'a file as a folder',
      () => readdir(import.meta.filename),
      'a folder is needed, and this is a file or lies below one',
      import.meta.filename,
    ],
    [
      'a name that is too long',
      () => readFile(join(folder, 'x'.repeat(5000))),
      'the name is too long',
      join(folder, 'x'.repeat(5000)),
    ],
  ])('tells %s with its path and what to do', async (_, call, what, file) => {
    const fault = asFileFault(await refused(call));
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ message: what, place: { file }, remedy: expect.stringMatching(/\w/) });
  });

  it('names of two files the one that was to be made', async () => {
    const from = join(folder, `innereye-from-${process.pid}`);
    writeFileSync(from, '');
    const fault = asFileFault(await refused(() => rename(from, folder)));
    await rm(from);
    expect(fault).toMatchObject({ name: 'Fault', place: { file: folder } });
  });

  it.skipIf(process.platform !== 'linux')('tells a full disk (only Linux has /dev/full)', async () => {
    const handle = await open('/dev/full', 'w');
    const error = await refused(() => handle.writeFile('text'));
    await handle.close();
    expect(asFileFault(error)).toMatchObject({ name: 'Fault', message: 'the disk is full' });
  });

  it('leaves faults, defects and refusals of the network as they are', async () => {
    const fault = new Fault('no');
    const defect = new TypeError('x is not a function');
    const network = await refused(
      () => new Promise((_, reject) => createServer().once('error', reject).listen(1, '192.0.2.1')),
    );
    for (const error of [fault, defect, network, 'text', undefined]) expect(asFileFault(error)).toBe(error);
  });
});

describe('asWriteFault', () => {
  it('names the file that was to be written, not the temporary one', async () => {
    const file = join(folder, 'results.csv');
    const error = await refused(() => readFile(join(folder, `.${'x'.repeat(300)}.tmp`)));
    expect(asWriteFault(error, file)).toMatchObject({ message: 'the name is too long', place: { file } });
  });

  it('names the other file where that one is missing', async () => {
    const source = join(missing, 'source');
    const error = await refused(() => readFile(source));
    expect(asWriteFault(error, join(folder, 'copy'))).toMatchObject({ place: { file: source } });
  });
});
