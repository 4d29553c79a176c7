import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { MINIMAL } from '../../config/resolve-texts.ts';
import { type SegmentationConfiguration, segmentationSchema } from '../../config/schema/configuration.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../../volume/volume.ts';
import type { Candidate } from './candidates.ts';

const SHAPE = [4, 4, 4] as const;
const VOXELS = 64;
/** The structure of every subject: half of the volume. */
const truth = Uint8Array.from({ length: VOXELS }, (_, index) => (index < 32 ? 1 : 0));

/** What each network does wrong: voxels in which it says the other class; and whom it was asked for. */
const networks = vi.hoisted(() => ({ wrong: new Map<string, number[]>(), asked: [] as string[] }));
vi.mock('../predicting-model.ts', () => ({
  openRunModel: async (folder: string) => ({ settings: {}, runFolder: folder }),
}));
vi.mock('../segmenter.ts', () => ({
  Segmenter: {
    open: async ({ runFolder }: { runFolder: string }) => ({
      segment: async ({ id }: { id: string }) => {
        networks.asked.push(`${runFolder} ${id}`);
        const wrong = new Set(networks.wrong.get(runFolder) ?? []);
        const posteriors = new Float32Array(2 * VOXELS);
        for (let index = 0; index < VOXELS; index++) {
          const says = (truth[index] === 1) !== wrong.has(index) ? 1 : 0;
          posteriors[says * VOXELS + index] = 0.6;
          posteriors[(1 - says) * VOXELS + index] = 0.4;
        }
        return { posteriors };
      },
      close: () => {},
    }),
  },
}));
const { chooseOnValidation, subsetsOf } = await import('./choose-on-validation.ts');

const folder = temporaryFolder();
const training = (name: string, validation: readonly string[], train: readonly string[]) => ({
  folder: name,
  validation: new Set(validation),
  train: new Set(train),
  score: 0.8,
});
/** Two folds over four subjects; s5 is for testing. */
const candidate = (name: string): Candidate => ({
  name,
  folder: name,
  trainings: [
    training(`${name}/0`, ['s1', 's2'], ['s3', 's4']),
    training(`${name}/1`, ['s3', 's4'], ['s1', 's2']),
  ],
});
const options = {
  method: 'mean' as const,
  subset: true,
  postprocessing: true,
  signal: new AbortController().signal,
};

describe('what is chosen for an ensemble', () => {
  let settings: SegmentationConfiguration;
  beforeAll(async () => {
    await mkdir(join(folder, 'images'), { recursive: true });
    await mkdir(join(folder, 'labels'), { recursive: true });
    const affine = affineFromSpacing([1, 1, 1]);
    for (const id of ['s1', 's2', 's3', 's4', 's5']) {
      const image = { data: new Float32Array(VOXELS), shape: SHAPE, affine };
      await writeNifti(join(folder, 'images', `${id}.nii.gz`), image);
      await writeNifti(join(folder, 'labels', `${id}.nii.gz`), { data: truth, shape: SHAPE, affine });
    }
    const { parse } = await import('yaml');
    settings = segmentationSchema.parse({
      ...parse(MINIMAL),
      dataset: {
        path: folder,
        format: 'folder',
        channels: ['ct'],
        structures: [{ name: 'liver', label: 1 }],
        images: 'images/*.nii.gz',
        labels: 'labels/*.nii.gz',
      },
    });
  });
  const choose = (names: readonly string[], wrong: Record<string, number[]>, more: object = {}) => {
    networks.asked.length = 0;
    networks.wrong = new Map(
      Object.entries(wrong).flatMap(([name, voxels]) => [0, 1].map(fold => [`${name}/${fold}`, voxels])),
    );
    return chooseOnValidation(names.map(candidate), settings, { ...options, ...more });
  };

  it('is the best subset, by subjects that the predicting network has not trained on, never by test subjects', async () => {
    // Each of a and b errs elsewhere; c errs so much that it spoils any ensemble.
    const { candidates, choices } = await choose(['a', 'b', 'c'], {
      a: [0, 1],
      b: [2, 3, 4],
      c: Array.from({ length: 40 }, (_, index) => index),
    });
    expect(candidates.map(({ name }) => name)).toEqual(['a']);
    expect(choices.filter(({ what }) => !what.startsWith('liver'))).toHaveLength(7);
    expect(choices.filter(({ taken }) => taken)[0]).toMatchObject({ what: 'a' });
    // Once for each subject and candidate, by the fold that validated on it.
    expect([...networks.asked].sort()).toEqual(
      ['a', 'b', 'c'].flatMap(name => [`${name}/0 s1`, `${name}/0 s2`, `${name}/1 s3`, `${name}/1 s4`]),
    );
  });

  it('is all of them where they are better together', async () => {
    const { candidates } = await choose(['a', 'b', 'c'], {
      a: [0, 1, 2, 3],
      b: [8, 9, 10, 11],
      c: [16, 17, 18, 19],
    });
    expect(candidates.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('is the smallest of equally good subsets', async () => {
    const { candidates } = await choose(['a', 'b'], {});
    expect(candidates).toHaveLength(1);
  });

  it('keeps the largest part alone only of structures that are better so', async () => {
    // A stray voxel far from the structure.
    const stray = await choose(['a'], { a: [63] }, { subset: false });
    expect(stray.postprocessing).toEqual([{ largest_component: { structures: ['liver'] } }]);
    expect(stray.choices.map(({ what, taken }) => [what, taken])).toEqual([
      ['liver: as predicted', false],
      ['liver: largest part only', true],
    ]);
    // The middle of the structure is missing, so that it falls into two parts which both belong to it.
    const broken = await choose(
      ['a'],
      { a: Array.from({ length: 16 }, (_, index) => 8 + index) },
      { subset: false },
    );
    expect(broken.postprocessing).toEqual([]);
    const off = await choose(['a'], { a: [63] }, { subset: false, postprocessing: false });
    expect(off).toMatchObject({ postprocessing: [], choices: [] });
  });

  it('is refused where the candidates have no validation subject in common', async () => {
    const other: Candidate = {
      name: 'other',
      folder: 'other',
      trainings: [training('other/0', ['s5'], ['s1', 's2', 's3', 's4'])],
    };
    await expect(chooseOnValidation([candidate('a'), other], settings, options)).rejects.toThrow(
      'no subject that all runs have validated on',
    );
  });
});

describe('subsets', () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, index): Candidate => ({ name: `${index}`, folder: '', trainings: [] }));
  const namesOf = (count: number) =>
    subsetsOf(named(count)).map(subset => subset.map(({ name }) => name).join(''));

  it('are all of a few candidates, the small ones first', () => {
    expect(namesOf(3)).toEqual(['0', '1', '2', '01', '02', '12', '012']);
    expect(namesOf(4)).toHaveLength(15);
  });

  it('are single ones and pairs of many, and none is made besides', () => {
    expect(namesOf(60)).toHaveLength(60 + (60 * 59) / 2);
  });
});
