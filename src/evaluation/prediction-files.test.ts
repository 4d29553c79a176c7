import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { predictionFiles } from './prediction-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'predictions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function touch(...names: string[]): string {
  const file = join(folder, ...names);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
}

describe('predictionFiles', () => {
  it("finds volumes and folders, and passes over a run's other files", async () => {
    const a = touch('a.nii.gz');
    const b = touch('b', 'segmentation.nii.gz');
    touch('metrics.csv');
    touch('thumbnails', 'b_liver_slice_001.png');
    touch('._a.nii.gz');
    expect(await predictionFiles(folder)).toEqual(
      new Map([
        ['a', a],
        ['b', b],
      ]),
    );
  });

  it('refuses two predictions of one subject', async () => {
    touch('a.nii.gz');
    touch('a', 'segmentation.nii.gz');
    await expect(predictionFiles(folder)).rejects.toThrow('two files are of the same subject');
  });

  it('says where a folder is missing', async () => {
    await expect(predictionFiles(join(folder, 'none'))).rejects.toMatchObject({
      name: 'Fault',
      place: { file: join(folder, 'none') },
    });
  });
});
