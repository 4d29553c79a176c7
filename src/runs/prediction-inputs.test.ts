import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetSettings, sharedData, temporaryFolder } from '../dataset/fixtures/settings.ts';
import { findInputs } from './prediction-inputs.ts';

const root = temporaryFolder();
let made = 0;

/** A folder with empty files: nothing but their names counts here. */
function folderOf(...names: string[]): string {
  const folder = join(root, String(made++));
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'x');
  }
  return folder;
}

const runOf = (channels = ['mr'], more: object = {}) => ({
  folder: join(root, 'run'),
  dataset: datasetSettings({ channels, structures: [{ name: 'liver' }], ...more }),
});

/** `id: file file` of every subject, files relative to the folder. */
async function found(folder: string, inputs: readonly string[], run = runOf(), split?: 'test') {
  const subjects = await findInputs(inputs, run, split);
  return subjects.map(
    ({ id, images }) => `${id}: ${images.map(({ file }) => file.replace(`${folder}/`, '')).join(' ')}`,
  );
}

describe('inputs of a prediction', () => {
  it('are volumes named after their files', async () => {
    const folder = folderOf('b.nii.gz', 'a.nrrd', 'notes.txt');
    expect(await found(folder, [folder])).toEqual(['a: a.nrrd', 'b: b.nii.gz']);
    expect(await found(folder, [join(folder, 'b.nii.gz')])).toEqual(['b: b.nii.gz']);
  });

  it('are named after their folders where file names are the same', async () => {
    const folder = folderOf('001/mr.nii.gz', '002/mr.nii.gz', '003/other.nii.gz');
    const files = ['001/mr.nii.gz', '002/mr.nii.gz', '003/other.nii.gz'].map(name => join(folder, name));
    const named = ['001: 001/mr.nii.gz', '002: 002/mr.nii.gz', 'other: 003/other.nii.gz'];
    expect(await found(folder, files)).toEqual(named);
    expect(await found(folder, [folder])).toEqual(named);
  });

  it('are refused where the folders have the same name too', async () => {
    const folder = folderOf('a/001/mr.nii.gz', 'b/001/mr.nii.gz');
    await expect(findInputs([join(folder, 'a/001'), join(folder, 'b/001')], runOf())).rejects.toThrow(
      'two inputs are named "001"',
    );
  });

  it("gather nnU-Net's channels into cases without their number", async () => {
    const folder = folderOf('p1_0000.nii.gz', 'p1_0001.nii.gz', 'p2_0000.nii.gz', 'p2_0001.nii.gz');
    expect(await found(folder, [folder], runOf(['t1', 't2']))).toEqual([
      'p1: p1_0000.nii.gz p1_0001.nii.gz',
      'p2: p2_0000.nii.gz p2_0001.nii.gz',
    ]);
    await expect(findInputs([folder], runOf())).rejects.toThrow('the case has 2 files');
    const single = folderOf('p1_0000.nii.gz', 'p2_0000.nii.gz');
    expect(await found(single, [single])).toEqual(['p1: p1_0000.nii.gz', 'p2: p2_0000.nii.gz']);
  });

  it('leave numbered scans of one name alone', async () => {
    const folder = folderOf('scan_0000.nii.gz', 'scan_0001.nii.gz', 'scan_0002.nii.gz');
    expect(await found(folder, [folder])).toHaveLength(3);
    const numbered = folderOf('scan_0007.nii.gz', 'scan_0008.nii.gz');
    expect(await found(numbered, [numbered])).toEqual([
      'scan_0007: scan_0007.nii.gz',
      'scan_0008: scan_0008.nii.gz',
    ]);
  });

  it('are all subjects of an InnerEye data set, or those of a split of the run', async () => {
    const folder = folderOf('001/mr.nii.gz', '002/mr.nii.gz', '001/liver.nii.gz');
    const csv = join(folder, 'dataset.csv');
    writeFileSync(
      csv,
      'subject,filePath,channel\n001,001/mr.nii.gz,mr\n001,001/liver.nii.gz,liver\n002,002/mr.nii.gz,mr\n',
    );
    const all = ['001: 001/mr.nii.gz', '002: 002/mr.nii.gz'];
    expect(await found(folder, [folder])).toEqual(all);
    expect(await found(folder, [csv])).toEqual(all);
    const run = runOf(['mr'], { path: folder, format: 'csv' });
    mkdirSync(run.folder, { recursive: true });
    writeFileSync(join(run.folder, 'test_dataset.csv'), 'subject,filePath,channel\n002,x,image0\n');
    expect(await found(folder, [], run, 'test')).toEqual([all[1]]);
    await expect(findInputs([], run)).rejects.toThrow('not said what to predict');
    await expect(findInputs([join(folder, '001')], run, 'test')).rejects.toThrow('--split needs a data set');
  });

  it('are refused where nothing is there', async () => {
    await expect(findInputs([join(root, 'nowhere.nii.gz')], runOf())).rejects.toThrow('no such file');
    await expect(findInputs([folderOf('readme.txt')], runOf())).rejects.toThrow('holds no volumes');
  });
});

describe.skipIf(!existsSync(join(sharedData, 'dicom')))(
  'DICOM inputs (skipped where ../shared/data is absent)',
  () => {
    const series = join(sharedData, 'dicom/hippocrop_study1');

    it('are one volume a folder, also below the one that is named', async () => {
      expect(await found(series, [series])).toEqual([`hippocrop_study1: ${series}`]);
      expect(await findInputs([join(sharedData, 'dicom')], runOf())).toHaveLength(
        readdirSync(join(sharedData, 'dicom')).length,
      );
    });

    it('are refused where one slice of many is named', async () => {
      await expect(findInputs([join(series, '1.dcm')], runOf())).rejects.toMatchObject({
        message: expect.stringContaining('one slice of a DICOM series'),
        remedy: expect.stringContaining(series),
      });
      const alone = folderOf();
      cpSync(join(series, '1.dcm'), join(alone, '1.dcm'));
      expect(await found(alone, [join(alone, '1.dcm')])).toEqual(['1: 1.dcm']);
    });
  },
);
