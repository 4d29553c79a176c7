import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../config/load-configuration.ts';
import { requireSegmentation } from '../config/require-segmentation.ts';
import { loadDataset } from '../dataset/load-dataset.ts';
import { openBatchSource } from './batch-source.ts';
import { prepareSubjects } from './prepare-subjects.ts';
import type { CropBatch } from './subject.ts';

/** A batch as a text that is equal for equal bits. */
const digest = ({ feeds, crops }: CropBatch): string => {
  const hash = createHash('sha256');
  for (const array of Object.values(feeds))
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.update(JSON.stringify(crops)).digest('hex');
};

const data = resolve('../shared/data/hippocampus');

describe.skipIf(!existsSync(data))('batches of the hippocampus data (skipped without ../shared/data)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are the same with 0, 1 and 4 loader threads', async () => {
    const { settings } = await loadConfiguration('examples/hippocampus.innereye.yaml', {
      set: [`dataset.path=${data}`],
    });
    const configuration = requireSegmentation(settings);
    const { subjects } = await loadDataset(configuration.dataset);
    const handles = await prepareSubjects(subjects.slice(0, 20), configuration, { folder, threads: 2 });
    const of = async (threads: number) => {
      const source = openBatchSource({ ...configuration, subjects: handles, batchSize: 3, seed: 1, threads });
      const batches = [];
      for (const epoch of [0, 1]) {
        for (let step = 0; step < source.stepsPerEpoch; step++)
          batches.push(digest(await source.batch(epoch, step)));
      }
      await source.close();
      return batches;
    };
    const alone = await of(0);
    expect(new Set(alone).size).toBe(14);
    expect(await of(1)).toEqual(alone);
    expect(await of(4)).toEqual(alone);
  });
});
