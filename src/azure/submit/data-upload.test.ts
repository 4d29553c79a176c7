import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema/configuration.ts';
import { fixture } from '../../volume/fixtures/goldens.ts';
import { prepareUpload } from './data-upload.ts';
import { filesOfTable } from './table-files.ts';

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

describe('what lies beside what is named', () => {
  const paths = async (path: string, only?: readonly string[]) =>
    (await prepareUpload('the data set', path, 'store', only)).upload.files.map(({ path: name }) => name);

  it('does not go up with a single file', async () => {
    writeFileSync(join(folder, 'best.safetensors'), 'weights');
    writeFileSync(join(folder, 'other.safetensors'), 'weights');
    expect(await paths(join(folder, 'best.safetensors'))).toEqual(['best.safetensors']);
  });

  it('does not go up with a table: only what it names, with voxels beside headers and slices of a series', async () => {
    for (const name of ['detached.mhd', 'detached.raw', 'int16.nrrd'])
      copyFileSync(fixture(name), join(folder, 'a', name));
    cpSync(fixture('dicom/one'), join(folder, 'series'), { recursive: true });
    writeFileSync(join(folder, 'other study.csv'), 'subject\n');
    const table = join(folder, 'liver.csv');
    writeFileSync(table, 'subject,filePath,channel\n1,a/detached.mhd,ct\n1,series,liver\n');
    const settings = configurationSchema.parse({
      task: 'segmentation',
      dataset: {
        path: table,
        channels: ['ct'],
        structures: [{ name: 'liver' }],
        allow_incomplete_labels: true,
      },
      sampling: { crop_size: [16, 16, 16] },
      architecture: { name: 'plain_unet' },
    });
    const slices = readdirSync(join(folder, 'series')).map(name => `series/${name}`);
    expect(await paths(table, await filesOfTable(table, settings))).toEqual(
      ['a/detached.mhd', 'a/detached.raw', 'liver.csv', ...slices].sort(),
    );
    writeFileSync(table, 'subject,filePath,channel\n1,a/missing.nii,ct\n1,series,liver\n');
    await expect(filesOfTable(table, settings)).rejects.toMatchObject({
      name: 'Fault',
      place: { file: join(folder, 'a/missing.nii') },
    });
  });
});
