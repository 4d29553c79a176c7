import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { type Affine, affineFromSpacing, type VoxelData } from '../volume/volume.ts';
import { csvDataset } from './csv.ts';
import type { Subject } from './dataset.ts';
import { datasetSettings, sharedData, temporaryFolder } from './fixtures/settings.ts';
import { loadDataset } from './load-dataset.ts';
import { loadSubject } from './load-subject.ts';
import { parseTable, readTable } from './table.ts';

const folder = temporaryFolder();
const settings = datasetSettings({ channels: ['a'], structures: [{ name: 'liver' }, { name: 'spleen' }] });
const grid = affineFromSpacing([3, 1, 1], [-10, 5, 7]);
let files = 0;

async function file(data: VoxelData, affine: Affine = grid, shape: [number, number, number] = [1, 2, 3]) {
  const path = join(folder, `${files++}.nii.gz`);
  await writeNifti(path, { data, shape, affine });
  return path;
}
const image = () => file(Int16Array.of(-5, 0, 1, 2, 3, 4));

async function load(changes: Partial<Subject>, settingChanges: object = {}) {
  const subject: Subject = {
    id: 's',
    images: [{ file: await image() }],
    attributes: {},
    place: { subject: 's' },
    ...changes,
  };
  return loadSubject(subject, { ...settings, ...settingChanges });
}
const withMap = async (data: VoxelData, background: number[] = [], settingChanges: object = {}) =>
  load(
    { labels: { kind: 'map', source: { file: await file(data) }, values: [7, 2], background } },
    settingChanges,
  );
const withMasks = async (masks: (VoxelData | undefined)[], settingChanges: object = {}) => {
  const sources = [];
  for (const [index, data] of masks.entries()) {
    sources.push(data && { file: await file(data), row: index + 3 });
  }
  return load({ labels: { kind: 'masks', sources } }, settingChanges);
};

describe('a subject that is loaded', () => {
  it('has images in float32 and the classes of its label map in the order of the structures', async () => {
    const subject = await withMap(Uint8Array.of(0, 7, 2, 2, 0, 9), [9]);
    expect(subject.images).toEqual([Float32Array.of(-5, 0, 1, 2, 3, 4)]);
    expect(subject.labels).toEqual(Uint8Array.of(0, 1, 2, 2, 0, 0));
    expect(subject.shape).toEqual([1, 2, 3]);
    expect(subject.affine).toEqual(grid);
    expect(subject.drawn).toEqual([true, true]);
  });

  it('may have a label map in floating point', async () => {
    expect((await withMap(Float32Array.of(0, 7, 2.0000002, 2, 0, 0))).labels).toEqual(
      Uint8Array.of(0, 1, 2, 2, 0, 0),
    );
  });

  it('may have a mask for each structure, some of them missing', async () => {
    const subject = await withMasks([undefined, Uint8Array.of(0, 255, 0, 255, 0, 0)]);
    expect(subject.labels).toEqual(Uint8Array.of(0, 2, 0, 2, 0, 0));
    expect(subject.drawn).toEqual([false, true]);
  });

  it('has no labels where none are known, and a mask of zeros and ones where there is one', async () => {
    const subject = await load({ mask: { file: await file(Int16Array.of(0, 3, -1, 0, 0, 1)) } });
    expect(subject).not.toHaveProperty('labels');
    expect(subject.drawn).toEqual([false, false]);
    expect(subject.mask).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 1));
  });

  it('lets the later structure win where structures overlap, if that is allowed', async () => {
    const masks = [Uint8Array.of(1, 1, 0, 0, 0, 0), Uint8Array.of(0, 1, 1, 0, 0, 0)];
    expect((await withMasks(masks, { allow_overlap: true })).labels).toEqual(Uint8Array.of(1, 2, 2, 0, 0, 0));
    await expect(withMasks(masks)).rejects.toMatchObject({
      message: '"spleen" overlaps with "liver" in 1 voxels (0.00300 ml)',
      place: { subject: 's', row: 4 },
    });
  });

  it('may lie in HDF5, structures as values of a label map in it', async () => {
    const h5 = resolve(import.meta.dirname, '../volume/fixtures/volumes.h5');
    const rows = [`1,${h5}|volume|1,a`, `1,${h5}|labels|0|1,liver`, `1,${h5}|labels|0|2,spleen`];
    const table = parseTable(`subject,filePath,channel\n${rows.join('\n')}`, join(folder, 'dataset.csv'));
    const { dataset, faults } = csvDataset(table, settings);
    expect(faults).toEqual([]);
    const { labels, images } = await loadSubject(dataset.subjects[0]!, settings);
    // The fixture's labels count 0, 1, 2, 0, 1, 2, … (scripts/goldens/volume.py).
    expect([...labels!.subarray(0, 6)]).toEqual([0, 1, 2, 0, 1, 2]);
    expect(images[0]).toHaveLength(labels!.length);
  });

  it('refuses values that are no structure, with their number of voxels', async () => {
    await expect(withMap(Float32Array.of(0, 3, 3, 2.5, Number.NaN, 7))).rejects.toThrow(
      'the label map has values that are no structure: 2.5 (1 voxels), 3 (2 voxels), NaN (1 voxels)',
    );
    await expect(withMap(Int16Array.of(-1, 0, 0, 0, 0, 0))).rejects.toThrow('-1 (1 voxels)');
  });

  it('takes other values for background where the settings say so, but never what is no label', async () => {
    const atlas = Uint8Array.of(0, 7, 2, 117, 3, 1);
    const refused = withMap(atlas);
    await expect(refused).rejects.toMatchObject({
      remedy: expect.stringContaining('dataset.other_labels'),
    });
    const { labels } = await withMap(atlas, [], { other_labels: 'background' });
    expect(labels).toEqual(Uint8Array.of(0, 1, 2, 0, 0, 0));
    await expect(
      withMap(Float32Array.of(0, 7, 2.5, 117, -1, 1), [], { other_labels: 'background' }),
    ).rejects.toThrow('that are no structure: -1 (1 voxels), 2.5 (1 voxels)');
  });

  it('refuses a mask with several values', async () => {
    await expect(withMasks([Uint8Array.of(0, 1, 2, 3, 4, 0), undefined])).rejects.toThrow(
      'the mask of "liver" has several values: 1, 2, 3, …',
    );
  });

  it('refuses volumes on different grids, and says how they differ', async () => {
    const second = async (affine: Affine, shape: [number, number, number] = [1, 2, 3]) =>
      load(
        { images: [{ file: await image() }, { file: await file(new Uint8Array(6).fill(1), affine, shape) }] },
        { channels: ['a', 'b'] },
      );
    await expect(second(grid, [1, 3, 2])).rejects.toThrow(
      'the channel "b" is not on the grid of the image: it has 1 × 3 × 2 voxels, the image 1 × 2 × 3',
    );
    await expect(second(affineFromSpacing([3, 1.1, 1], [-10, 5, 7]))).rejects.toThrow(
      "its spacing is 3 × 1.1 × 1 mm, the image's 3 × 1 × 1 mm",
    );
    await expect(second(affineFromSpacing([3, 1, 1], [-10, 5, 8]))).rejects.toThrow('another position');
    expect((await second(affineFromSpacing([3, 1, 1], [-10.001, 5, 7]))).images).toHaveLength(2);
  });

  it('refuses NaN and infinite intensities, with their number', async () => {
    const broken = await file(Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, 2, 3, 4));
    await expect(load({ images: [{ file: broken }] })).rejects.toThrow(
      '2 of 6 voxels that are NaN or infinite',
    );
  });

  it('refuses a spacing that is not the expected one', async () => {
    await expect(load({}, { expected_spacing_mm: [3, 1, 1.2] })).rejects.toThrow(
      'the spacing is 3 × 1 × 1 mm [z, y, x], not 3 × 1 × 1.2 mm',
    );
    await expect(load({}, { expected_spacing_mm: [3.05, 1, 1] })).resolves.toBeDefined();
  });

  it('reports all of its faults together', async () => {
    const cut = join(folder, 'cut.nii.gz');
    await writeFile(cut, (await readFile(await image())).subarray(0, 60));
    const error = await load({
      images: [{ file: cut }, { file: await image() }],
      labels: { kind: 'map', source: { file: join(folder, 'none.nii.gz') }, values: [1, 2], background: [] },
    }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      message: '2 faults in the subject "s"',
      faults: [
        { place: { file: cut, subject: 's' } },
        { place: { file: join(folder, 'none.nii.gz'), subject: 's' } },
      ],
    });
  });
});

const hippocampus = join(sharedData, 'hippocampus');

it.skipIf(!existsSync(hippocampus))(
  'hippocampus labels in uint8 and float32 give the volumes of volumes.csv (skipped where ../shared/data is absent)',
  async () => {
    const real = datasetSettings({
      path: hippocampus,
      channels: ['mri'],
      structures: [
        { name: 'posterior', label: 2 },
        { name: 'anterior', label: 1 },
      ],
    });
    const { subjects } = await loadDataset(real);
    const { rows } = await readTable(join(hippocampus, 'volumes.csv'));
    for (const { cells } of rows.slice(0, 12)) {
      const subject = subjects.find(({ id }) => id === cells.get('subject'))!;
      const { labels } = await loadSubject(subject, real);
      const count = (index: number) => String(labels!.filter(value => value === index).length);
      expect([count(1), count(2)]).toEqual([cells.get('posterior_mm3'), cells.get('anterior_mm3')]);
    }
  },
);
