import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../volume/volume.ts';
import { describeDataset } from './describe-dataset.ts';
import { temporaryFolder } from './fixtures/settings.ts';

const root = temporaryFolder();
let folders = 0;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, String(folders++));
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

describe('what a data set says of itself', () => {
  it('has structures whose names files can have', async () => {
    const path = await folderWith({
      'dataset.json': JSON.stringify({
        modality: { 0: 'CT' },
        labels: { 0: 'background', 1: 'Lung L/R', 2: '..', 3: 'liver' },
        training: [],
      }),
    });
    expect((await describeDataset(path)).structures).toMatchObject([
      { name: 'Lung L_R', label: 1 },
      { name: 'structure 2', label: 2 },
      { name: 'liver', label: 3 },
    ]);
  });

  it('is in the dataset.json of the Decathlon, in the order of the numbers', async () => {
    const path = await folderWith({
      'dataset.json': JSON.stringify({
        modality: { 0: 'FLAIR', 10: 'ADC', 2: 'T1' },
        labels: { 0: 'background', 2: 'core', 1: 'edema' },
        training: [],
      }),
    });
    expect(await describeDataset(path)).toMatchObject({
      path,
      format: 'decathlon',
      channels: ['FLAIR', 'T1', 'ADC'],
      structures: [
        { name: 'edema', label: 1 },
        { name: 'core', label: 2 },
      ],
    });
  });

  it("is in nnU-Net's dataset.json; regions and the ignore label are no structures", async () => {
    const path = await folderWith({
      'dataset.json': JSON.stringify({
        channel_names: { 0: 'CT' },
        labels: { background: 0, tumour: 2, kidney: 1, whole: [1, 2], ignore: 3 },
        file_ending: '.nii.gz',
      }),
    });
    expect(await describeDataset(path)).toMatchObject({
      format: 'nnunet',
      channels: ['CT'],
      structures: [
        { name: 'kidney', label: 1 },
        { name: 'tumour', label: 2 },
      ],
    });
  });

  it('is in the voxels of a csv: masks have one value beside 0, images more', async () => {
    const path = await folderWith({});
    const volumes: Record<string, number[]> = {
      ct: [1, 2, 3, 4],
      liver: [0, 0, 255, 255],
      pet: [0, 5, 6, 0],
      mask: [1, 1, 1, 1],
      empty: [0, 0, 0, 0],
    };
    const rows = ['subject,filePath,channel', 'few,ct.nii,ct'];
    for (const [channel, values] of Object.entries(volumes)) {
      const data = Uint8Array.from(values);
      await writeNifti(join(path, `${channel}.nii`), {
        data,
        shape: [1, 2, 2],
        affine: affineFromSpacing([1, 1, 1]),
      });
      rows.push(`all,${channel}.nii,${channel}`);
    }
    await writeFile(join(path, 'dataset.csv'), rows.join('\n'));
    for (const named of [path, join(path, 'dataset.csv')]) {
      expect(await describeDataset(named)).toMatchObject({
        format: 'csv',
        channels: ['ct', 'pet'],
        structures: [{ name: 'liver' }, { name: 'empty' }],
        mask: 'mask',
      });
    }
  });

  it('is a Fault where it cannot be known', async () => {
    const csv = await folderWith({ 'dataset.csv': 'subject,filePath,channel\n' });
    await expect(describeDataset(csv)).rejects.toThrow('names no image');
    const broken = await folderWith({ 'dataset.csv': 'subject,"filePath\n' });
    await expect(describeDataset(broken)).rejects.toThrow('the csv file is broken');
    const gone = await folderWith({ 'dataset.csv': 'subject,filePath,channel\n1,a.nii,ct\n' });
    await expect(describeDataset(gone)).rejects.toThrow('no such file');
    const json = await folderWith({ 'dataset.json': '{"channel_names": {}}' });
    await expect(describeDataset(json)).rejects.toThrow('is not as expected');
  });
});
