import { describe, expect, it } from 'vitest';
import { affineFromSpacing, type Zyx } from '../volume/volume.ts';
import { preparedSubject } from './fixtures/prepared.ts';
import { orientSubject, resampleSubject } from './preprocess.ts';
import { isResampled, restoreLabels } from './restore.ts';

/** A column of voxels along z, 1 mm apart, prepared at another spacing. */
const column = (length: number, spacing: number) => {
  const subject = preparedSubject([length, 1, 1], { labels: z => Number(z >= length / 2) });
  return resampleSubject(subject, { spacing_mm: [spacing, 1, 1], interpolation: 'linear' });
};

describe('labels that are brought back to the grid of their file', () => {
  it('come from the nearest prepared voxel', () => {
    // Prepared voxels at 0, 2, 4 mm; of equal distances the upper one.
    expect([...restoreLabels(Uint8Array.of(1, 2, 3), column(6, 2)).data]).toEqual([1, 2, 2, 3, 3, 3]);
    expect([...restoreLabels(Uint8Array.of(1, 2, 3, 4), column(2, 0.5)).data]).toEqual([1, 3]);
  });

  it('go on to the last voxel where that lies far behind the last prepared one', () => {
    // 10 voxels of 1 mm are 3 of 3 mm, at 0, 3 and 6 mm; the last voxel is at 9 mm.
    expect([...restoreLabels(Uint8Array.of(1, 2, 3), column(10, 3)).data]).toEqual([
      1, 1, 2, 2, 2, 3, 3, 3, 3, 3,
    ]);
  });

  it('go back to the voxels they came from, however the file is oriented', () => {
    const shape: Zyx = [2, 3, 4];
    const labels = Uint8Array.from({ length: 24 }, (_, i) => i);
    const images = [Float32Array.from(labels)];
    // Axes of the file (columns) run to the left, down and to posterior.
    const affine = [-1, 0, 0, 0, 0, 0, -3, 0, 0, -2, 0, 0, 0, 0, 0, 1];
    const loaded = { id: 's', shape, affine, images, labels, drawn: [true] };
    const prepared = orientSubject(loaded);
    expect(prepared.labels).not.toEqual(labels);
    expect(isResampled(prepared)).toBe(false);
    expect(restoreLabels(prepared.labels!, prepared)).toEqual({ data: labels, shape, affine });
  });

  it('are resampled where spacing or size of the prepared grid differ', () => {
    expect(isResampled(column(6, 2))).toBe(true);
    const affine = affineFromSpacing([1, 1, 1]);
    const cut = { shape: [3, 1, 1] as const, affine, original: { shape: [6, 1, 1] as const, affine } };
    expect(isResampled(cut)).toBe(true);
  });
});
