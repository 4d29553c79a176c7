import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Faults } from '../foundation/fault.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../volume/volume.ts';
import { checkSubjects } from './check-subjects.ts';
import { dataSetOnDisk } from './fixtures/data-set.ts';

describe('subjects that are read only after training', () => {
  it('are whole, and each is told of', async () => {
    const { subjects, settings } = await dataSetOnDisk(3);
    const onProgress = vi.fn();
    await checkSubjects(subjects, settings, { onProgress });
    expect(onProgress.mock.calls.map(([progress]) => progress)).toEqual([
      { done: 1, total: 3, subject: 's0' },
      { done: 2, total: 3, subject: 's1' },
      { done: 3, total: 3, subject: 's2' },
    ]);
  });

  it.each([0, 2])('tell everything that is wrong with any of them, with %d threads', async threads => {
    const { subjects, settings } = await dataSetOnDisk(4);
    const image = (k: number) => subjects[k].images[0].file;
    // Damaged in its last bytes, which hold the checksum: only inflating all of it shows that.
    const bytes = readFileSync(image(0));
    bytes[bytes.length - 6] ^= 1;
    writeFileSync(image(0), bytes);
    truncateSync(image(1), 200);
    const grid = { shape: [8, 8, 8] as const, affine: affineFromSpacing([1, 1, 2]) };
    await writeNifti(image(2), { data: new Float32Array(512), ...grid });
    const error = (await checkSubjects(subjects, settings, { threads }).catch(caught => caught)) as Faults;
    const told = error.faults.map(({ place, message }) => `${place.subject}: ${message}`).sort();
    expect(told).toEqual([
      's0: the compressed data is damaged',
      's1: the compressed data ends early',
      expect.stringContaining('s2: the label map is not on the grid of the image'),
    ]);
  });

  it('lie at the spacing that is expected', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const dataset = { ...settings.dataset, expected_spacing_mm: [1, 1, 3] as [number, number, number] };
    await expect(checkSubjects(subjects, { dataset })).rejects.toMatchObject({
      message: expect.stringContaining('the spacing is 1 × 1 × 1 mm'),
      place: { subject: 's0' },
    });
  });

  it('are not gone on with when that is not wanted any more', async () => {
    const { subjects, settings } = await dataSetOnDisk(1);
    const reason = new Error('stopped');
    await expect(checkSubjects(subjects, settings, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
