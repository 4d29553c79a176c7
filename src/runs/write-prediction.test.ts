import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVolume } from '../volume/read.ts';
import { affineFromSpacing } from '../volume/volume.ts';
import { writePrediction } from './write-prediction.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'innereye-prediction-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a prediction that is written', () => {
  const grid = { shape: [1, 1, 2] as const, affine: affineFromSpacing([3, 2, 1]) };
  const labels = Uint8Array.of(1, 2);

  it('has the posterior of each class in the file of its name', async () => {
    // Two voxels of the background, then of each structure.
    const posteriors = Float32Array.of(0.2, 0, 0.6, 0.4, 0.2, 0.6);
    const segmented = { grid, labels, posteriors };
    const [file] = await writePrediction(join(folder, 'a'), segmented, ['liver', 'right kidney']);
    expect(file).toBe(join(folder, 'a', 'segmentation.nii.gz'));
    const values = async (name: string) => [...(await readVolume(join(folder, 'a', `${name}.nii.gz`))).data];
    expect(await values('segmentation')).toEqual([1, 2]);
    expect(await values('posterior_background')).toEqual([51, 0]);
    expect(await values('posterior_liver')).toEqual([153, 102]);
    expect(await values('posterior_right kidney')).toEqual([51, 153]);
    const volume = await readVolume(file!);
    expect([volume.shape, volume.affine]).toEqual([grid.shape, grid.affine]);
  });

  it('is the segmentation alone where posteriors were not kept', async () => {
    await writePrediction(join(folder, 'b'), { grid, labels }, ['liver', 'spleen']);
    expect(await readdir(join(folder, 'b'))).toEqual(['segmentation.nii.gz']);
  });
});
