import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { affineFromSpacing, type VoxelData } from '../volume/volume.ts';
import { datasetSettings, temporaryFolder } from './fixtures/settings.ts';
import { surveyDataset } from './survey-dataset.ts';

const folder = temporaryFolder();
const ramp = Int16Array.from({ length: 24 }, (_, index) => index);
const rows: string[] = ['subject,filePath,channel'];

/** Lists a volume in the csv and writes it, unless it is to be missing. */
async function volume(
  subject: string,
  channel: string,
  data?: VoxelData,
  { spacing = [3, 1, 1] as [number, number, number], shape = [2, 3, 4] as [number, number, number] } = {},
): Promise<string> {
  const path = `${subject}/${channel}.nii.gz`;
  rows.push(`${subject},${path},${channel}`);
  const file = join(folder, path);
  if (data !== undefined) await writeNifti(file, { data, shape, affine: affineFromSpacing(spacing) });
  return file;
}
const box = (from: number, to: number) =>
  Uint8Array.from({ length: 24 }, (_, index) => (index >= from && index < to ? 1 : 0));

async function makeBrokenDataset(): Promise<void> {
  const subject = async (id: string) => {
    await volume(id, 'ct', ramp);
    await volume(id, 'liver', box(0, 6));
    await volume(id, 'spleen', box(12, 15));
  };
  await subject('good');
  await volume('missing', 'ct', ramp);
  await volume('missing', 'liver');
  await volume('missing', 'spleen', box(12, 15));
  const cut = await volume(
    'cut',
    'ct',
    Int16Array.from({ length: 24 }, (_, index) => (index * 7919) % 3001),
  );
  await writeFile(cut, (await readFile(cut)).subarray(0, 90));
  await volume('cut', 'liver', box(0, 6));
  await volume('cut', 'spleen', box(12, 15));
  await volume('shape', 'ct', ramp);
  await volume('shape', 'liver', box(0, 6), { shape: [4, 3, 2] });
  await volume('shape', 'spleen', box(12, 15));
  await volume('several', 'ct', Float32Array.from(ramp).fill(Number.NaN, 0, 2), { spacing: [2, 1, 1] });
  await volume('several', 'liver', box(0, 6), { spacing: [2, 1, 1] });
  await volume('several', 'spleen', box(4, 9), { spacing: [2, 1, 1] });
  await volume('empty', 'ct', new Int16Array(24).fill(5));
  await volume('empty', 'liver', box(0, 6));
  await volume('empty', 'spleen', box(0, 0));
  await volume('half', 'ct', ramp);
  await volume('half', 'liver', box(0, 6));
  await volume('unlabelled', 'ct', ramp);
  await mkdir(dirname(join(folder, 'dataset.csv')), { recursive: true });
  await writeFile(join(folder, 'dataset.csv'), rows.join('\n'));
}

describe('the survey of a data set', () => {
  const of = (dataset: DatasetSettings) => ({ task: 'segmentation' as const, dataset });
  const settings = datasetSettings({
    path: folder,
    channels: ['ct'],
    structures: [{ name: 'liver' }, { name: 'spleen' }],
    expected_spacing_mm: [3, 1, 1],
    splits: { train: 0.6, validation: 0.2, test: 0.2 },
  });

  it('finds every fault of every subject in one pass, with subject, file and csv row', async () => {
    await makeBrokenDataset();
    const progress: number[] = [];
    const { findings, dataset, split } = await surveyDataset(of(settings), {
      onProgress: (done, total) => progress.push(done / total),
    });
    const told = findings
      .filter(({ message }) => !message.startsWith('no subject of the split'))
      .map(({ severity, message, place }) => [severity, place.subject, place.row ?? place.line, message]);
    expect(told).toEqual([
      ['error', 'half', 20, 'the subject has no row for "spleen"'],
      ['error', 'missing', 6, expect.stringMatching(/no such file/)],
      ['error', 'cut', 8, expect.any(String)],
      ['error', 'shape', 12, expect.stringMatching(/liver.*4 × 3 × 2 voxels, the image 2 × 3 × 4/)],
      ['error', 'several', 14, 'the image has 2 of 24 voxels that are NaN or infinite'],
      ['error', 'several', 14, 'the spacing is 2 × 1 × 1 mm [z, y, x], not 3 × 1 × 1 mm'],
      ['error', 'several', 16, '"spleen" overlaps with "liver" in 2 voxels (0.00400 ml)'],
      ['warning', 'empty', 17, 'the image is constant: every voxel is 5'],
      ['warning', 'empty', 19, 'the structure "spleen" is empty'],
      ['warning', 'unlabelled', 22, expect.stringMatching(/^1 of 7 subjects have no structures/)],
      // These two were made alike.
      ['warning', 'shape', undefined, expect.stringContaining('are the same file')],
    ]);
    expect(findings.every(({ remedy }) => remedy !== '')).toBe(true);
    expect(dataset!.subjects).toHaveLength(7);
    expect(split!.train.length + split!.validation.length + split!.test.length).toBe(6);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toHaveLength(7);
  });

  it('says where a split lacks a structure, or validation has nobody', async () => {
    const splits = { ...settings.splits, ids: { train: ['empty'], test: ['good'] } };
    const { findings } = await surveyDataset(of({ ...settings, splits }));
    expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(
      expect.arrayContaining([
        'error: no subject of the split train has the structure "spleen"',
        'warning: the split validation has no subjects',
      ]),
    );
  });

  it('reads the subjects even where the splits are wrong', async () => {
    const splits = { ...settings.splits, ids: { train: ['godo'] } };
    const { findings, split } = await surveyDataset(of({ ...settings, splits }));
    expect(split).toBeUndefined();
    expect(findings.map(({ message }) => message)).toContain(
      'the splits name the subject "godo", which the data set does not have',
    );
    expect(findings.length).toBeGreaterThan(8);
  });

  it('is one finding where the data set cannot be listed, and stops when told to', async () => {
    const { findings, dataset } = await surveyDataset(of({ ...settings, path: join(folder, 'nowhere') }));
    expect(dataset).toBeUndefined();
    expect(findings).toMatchObject([{ severity: 'error', message: 'the data set does not exist' }]);
    await expect(surveyDataset(of(settings), { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
