import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVolume, readHeader, readVolumes, volumeFiles } from './read.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const folder = mkdtempSync(join(tmpdir(), 'innereye-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the files of a volume', () => {
  it.each([
    ['detached.mhd', ['detached.mhd', 'detached.raw']],
    ['detached-nrrd.nhdr', ['detached-nrrd.nhdr', 'detached-nrrd.raw']],
    ['pair.hdr', ['pair.hdr', 'pair.img']],
    ['int16.nii.gz', ['int16.nii.gz']],
    ['int16.mha', ['int16.mha']],
    ['one.npz', ['one.npz']],
  ])('%s', async (name, files) => {
    expect(await volumeFiles(fixture(name))).toEqual(files.map(fixture));
  });

  it('are the slices of a DICOM folder, and the file of an HDF5 data set', async () => {
    const slices = await volumeFiles(fixture('dicom/one'));
    expect(slices.length).toBeGreaterThan(1);
    expect(await volumeFiles(`${fixture('volumes.h5')}|volume|0`)).toEqual([fixture('volumes.h5')]);
  });
});

describe('a volume that is checked', () => {
  const names = [
    'int16.nii.gz',
    'int16.nii.gz',
    'float32-compressed.mha',
    'float32-compressed.nrrd',
    'int16.mgz',
  ];
  const packed = (name: string) => {
    const file = join(folder, name);
    copyFileSync(fixture(name), file);
    return file;
  };

  it.each([...names, 'detached.mhd', 'int16.mha', 'c-order.npy', 'one.npz'])('%s is whole', async name => {
    expect(await checkVolume(fixture(name))).toEqual(await readHeader(fixture(name)));
  });

  it.each(names)('%s has the faults that reading finds, wherever it is cut or changed', async name => {
    const file = packed(name);
    const bytes = readFileSync(file);
    for (const part of [0.5, 0.8, 0.99]) {
      for (const broken of [bytes.subarray(0, part * bytes.length), withByte(bytes, part)]) {
        writeFileSync(file, broken);
        const read = await readVolumes(file).then(
          () => 'read',
          (error: Error) => error.message,
        );
        const checked = await checkVolume(file).then(
          () => 'read',
          (error: Error) => error.message,
        );
        expect(checked).toBe(read);
      }
    }
  });

  it('may not go on for long behind what its header promises, nor stop before', async () => {
    const file = join(folder, 'long.nii.gz');
    const plain = readFileSync(fixture('qform.nii'));
    writeFileSync(file, gzipSync(Buffer.concat([plain, Buffer.alloc(100_000)])));
    await expect(checkVolume(file)).rejects.toThrow('goes on behind');
    writeFileSync(file, gzipSync(plain.subarray(0, plain.length - 1)));
    await expect(checkVolume(file)).rejects.toThrow('too short');
    const raw = join(folder, 'short.nii');
    writeFileSync(raw, plain.subarray(0, plain.length - 1));
    await expect(checkVolume(raw)).rejects.toThrow('too short');
  });
});

function withByte(bytes: Buffer, part: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(part * bytes.length);
  changed[at] = changed[at]! ^ 0x55;
  return changed;
}
