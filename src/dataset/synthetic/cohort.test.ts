import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyAffine } from '../../volume/affine.ts';
import { toCanonical } from '../../volume/orientation.ts';
import { readVolume } from '../../volume/read.ts';
import type { Volume } from '../../volume/volume.ts';
import { datasetSettings, temporaryFolder } from '../fixtures/settings.ts';
import { loadDataset } from '../load-dataset.ts';
import { loadSubject } from '../load-subject.ts';
import { makeSyntheticCohort } from './cohort.ts';
import { makePhantom } from './phantom.ts';

const root = temporaryFolder();
const settings = (path: string) =>
  datasetSettings({ path, channels: ['mr'], structures: [{ name: 'liver' }, { name: 'kidneys' }] });

async function digests(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter(name => /\.(gz|csv)$/.test(name)).sort();
  const entries = files.map(async name => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('a synthetic cohort', () => {
  it('is the same for the same seed, byte by byte, and its subjects do not depend on their number', async () => {
    const made = async (name: string, subjects: number, seed: number) => {
      await makeSyntheticCohort(join(root, name), { subjects, seed });
      return digests(join(root, name));
    };
    const [first, again, fewer, other] = [
      await made('a', 2, 3),
      await made('b', 2, 3),
      await made('c', 1, 3),
      await made('d', 1, 4),
    ];
    expect(Object.keys(first)).toHaveLength(7);
    expect(again).toEqual(first);
    expect(fewer['001/mr.nii.gz']).toBe(first['001/mr.nii.gz']);
    expect(other['001/mr.nii.gz']).not.toBe(first['001/mr.nii.gz']);
  });

  it("is a valid data set in InnerEye's form", async () => {
    const folder = join(root, 'a');
    const { subjects, format } = await loadDataset(settings(folder));
    expect(format).toBe('csv');
    expect(subjects.map(({ id }) => id)).toEqual(['001', '002']);
    const { labels, drawn } = await loadSubject(subjects[0]!, settings(folder));
    expect(drawn).toEqual([true, true]);
    for (const index of [1, 2]) expect(labels!.filter(value => value === index).length).toBeGreaterThan(1000);
  });

  it('has the liver on the right of the patient, whichever way the axes of the file run', async () => {
    for (const id of ['001', '002', '003', '004']) {
      const liver = toCanonical(makePhantom(1, id).liver);
      expect(centroid(liver)[0], id).toBeGreaterThan(3);
    }
    const signs = ['001', '002', '003', '004'].map(id => Math.sign(makePhantom(1, id).image.affine[0]!));
    expect(new Set(signs).size).toBe(2);
  });

  it('cannot be segmented by thresholds: the best interval of intensities has a Dice below 0.6', () => {
    for (const id of ['001', '002', '003']) {
      const { image, liver, kidneys } = makePhantom(0, id);
      expect(bestIntervalDice(image.data, liver.data)).toBeLessThan(0.6);
      expect(bestIntervalDice(image.data, kidneys.data)).toBeLessThan(0.6);
    }
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    await expect(
      makeSyntheticCohort(join(root, 'e'), { subjects: 9, seed: 3, onProgress, signal: stop.signal }),
    ).rejects.toThrow('aborted');
    expect(await readdir(join(root, 'e'))).toEqual(['001']);
    await expect(readVolume(join(root, 'e/001/mr.nii.gz'))).resolves.toBeDefined();
  });
});

/** Mean position in mm of the voxels that are not 0. */
function centroid({ data, shape: [, height, width], affine }: Volume): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  data.forEach((value, voxel) => {
    if (value === 0) return;
    const rest = Math.floor(voxel / width);
    const point = applyAffine(affine, [voxel % width, rest % height, Math.floor(rest / height)]);
    for (const axis of [0, 1, 2] as const) sum[axis] += point[axis];
    count++;
  });
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Dice of the best of all segmentations "low ≤ intensity < high", over 64 quantiles. */
function bestIntervalDice(image: ArrayLike<number>, mask: Uint8Array): number {
  const bins = 64;
  const sorted = Float64Array.from(image).sort();
  const edges = Array.from({ length: bins }, (_, bin) => sorted[Math.floor((bin * sorted.length) / bins)]!);
  const all = new Array<number>(bins).fill(0);
  const inside = new Array<number>(bins).fill(0);
  for (let voxel = 0; voxel < mask.length; voxel++) {
    let bin = 0;
    while (bin < bins - 1 && image[voxel]! >= edges[bin + 1]!) bin++;
    all[bin]!++;
    inside[bin]! += mask[voxel]!;
  }
  const size = inside.reduce((sum, count) => sum + count, 0);
  let best = 0;
  for (let low = 0; low < bins; low++) {
    let [chosen, right] = [0, 0];
    for (let high = low; high < bins; high++) {
      chosen += all[high]!;
      right += inside[high]!;
      best = Math.max(best, (2 * right) / (chosen + size));
    }
  }
  return best;
}
