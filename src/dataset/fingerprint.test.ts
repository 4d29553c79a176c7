import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { type Affine, affineFromSpacing } from '../volume/volume.ts';
import { takeFingerprint } from './fingerprint.ts';
import { datasetSettings, temporaryFolder } from './fixtures/settings.ts';
import { loadDataset } from './load-dataset.ts';
import { quantileOf } from './quantile.ts';

const path = temporaryFolder();
const settings = datasetSettings({
  path,
  channels: ['t1'],
  structures: [
    { name: 'a', label: 1 },
    { name: 'b', label: 2 },
  ],
});

/** A scan of 2 × 3 × 4 voxels with the intensities 0 … 23, where `labels` says what is drawn. */
async function scan(id: string, labels: readonly number[], affine: Affine): Promise<void> {
  const shape = [2, 3, 4] as const;
  const image = Float32Array.from({ length: 24 }, (_, index) => index);
  await mkdir(join(path, 'images'), { recursive: true });
  await writeNifti(join(path, 'images', `${id}.nii.gz`), { data: image, shape, affine });
  const map = Uint8Array.from({ length: 24 }, (_, index) => labels[index] ?? 0);
  await writeNifti(join(path, 'labels', `${id}.nii.gz`), { data: map, shape, affine });
}

describe('the fingerprint of a data set', () => {
  it('describes intensities in structures, their sizes, and shapes in canonical orientation', async () => {
    await mkdir(join(path, 'labels'), { recursive: true });
    await scan('p1', [1, 1, 2, 1], affineFromSpacing([3, 2, 1]));
    // Stored sagittally: x runs to superior, y to anterior, z to left.
    await scan('p2', [0, 0, 0, 0, 0, 2, 2], [0, 0, -3, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    const fingerprint = await takeFingerprint(await loadDataset(settings), settings);
    expect(fingerprint).toEqual({
      subjects: 2,
      shapes: [
        [2, 3, 4],
        [4, 3, 2],
      ],
      spacings: [
        [3, 2, 1],
        [1, 2, 3],
      ],
      channels: [
        {
          name: 't1',
          // numpy on [0, 1, 2, 3, 5, 6]: mean, std, percentile 50, 0.5, 99.5
          mean: expect.closeTo(17 / 6, 12),
          deviation: expect.closeTo(2.1147629234, 9),
          median: 2.5,
          low: expect.closeTo(0.025, 12),
          high: expect.closeTo(5.975, 12),
        },
      ],
      structures: [
        { name: 'a', voxels: [3, 0], ml: [expect.closeTo(0.018, 12), 0] },
        { name: 'b', voxels: [1, 2], ml: [expect.closeTo(0.006, 12), expect.closeTo(0.012, 12)] },
      ],
      foregroundShare: 6 / 48,
    });
    expect(JSON.parse(JSON.stringify(fingerprint))).toEqual(fingerprint);
  });

  it('is refused with the file of a subject that is broken', async () => {
    await writeFile(join(path, 'images/p3.nii.gz'), 'no volume');
    await writeFile(join(path, 'labels/p3.nii.gz'), 'no volume');
    await expect(takeFingerprint(await loadDataset(settings), settings)).rejects.toThrow();
  });
});

it('quantiles are those of NumPy', () => {
  // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 1]) = [1, 1.3, 3, 8]
  const sorted = [1, 2, 4, 8];
  expect([0, 0.1, 0.5, 1].map(share => quantileOf(sorted, share))).toEqual([
    1,
    expect.closeTo(1.3, 12),
    3,
    8,
  ]);
  expect(quantileOf([], 0.5)).toBeNaN();
});
