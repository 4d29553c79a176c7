import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareUpload } from './data-upload.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-upload-'));
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a/ct.nii'), 'voxels');
});
afterEach(() => rmSync(folder, { recursive: true }));

const prepare = () => prepareUpload('the data set', folder, 'store');

describe('data that goes up', () => {
  it('says what is left out of it', async () => {
    writeFileSync(join(folder, 'token_list.csv'), 'x');
    const { upload, leftOut } = await prepare();
    expect(upload.files.map(({ path }) => path)).toEqual(['a/ct.nii']);
    expect(leftOut).toEqual([
      { path: join(folder, 'token_list.csv'), why: 'files of this name hold secrets' },
    ]);
  });

  it('has linked files', async () => {
    symlinkSync(join(folder, 'a/ct.nii'), join(folder, 'a/link.nii'));
    expect((await prepare()).upload.files.map(({ path }) => path)).toEqual(['a/ct.nii', 'a/link.nii']);
  });

  it.each([
    ['a', 'a link to a folder is not uploaded'],
    ['none', 'a link leads nowhere'],
  ])('does not lose what a link stands for: %s', async (target, message) => {
    symlinkSync(join(folder, target), join(folder, 'b'));
    await expect(prepare()).rejects.toMatchObject({ message, place: { file: join(folder, 'b') } });
  });
});
