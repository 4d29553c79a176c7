import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { datasetSettings, temporaryFolder } from './fixtures/settings.ts';
import { parseJson } from './json-file.ts';
import { loadDataset } from './load-dataset.ts';
import { nnunetDataset, nnunetSchema } from './nnunet.ts';

const root = temporaryFolder();
let folders = 0;

/** A folder with files of the given names; their content is empty or given. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, String(folders++));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
const empty = (...names: string[]) => Object.fromEntries(names.map(name => [name, '']));
const structures = [{ name: 'liver', label: 1 }];

describe("nnU-Net's raw format", () => {
  const json = JSON.stringify({
    channel_names: { 0: 'CT', 1: 'PET' },
    labels: { background: 0, liver: 1, lesion: 2, whole: [1, 2], ignore: 3 },
    numTraining: 2,
    file_ending: '.nii.gz',
  });
  const files = {
    'dataset.json': json,
    ...empty(
      'imagesTr/a_1_0000.nii.gz',
      'imagesTr/a_1_0001.nii.gz',
      'imagesTr/._a_1_0000.nii.gz',
      'labelsTr/a_1.nii.gz',
    ),
  };

  it('has a file a channel and a label map a case', async () => {
    const path = await folderWith(files);
    const dataset = await loadDataset(datasetSettings({ path, channels: ['pet'], structures }));
    expect(dataset.format).toBe('nnunet');
    expect(dataset.subjects).toEqual([
      {
        id: 'a_1',
        images: [{ file: join(path, 'imagesTr/a_1_0001.nii.gz') }],
        labels: {
          kind: 'map',
          source: { file: join(path, 'labelsTr/a_1.nii.gz') },
          values: [1],
          background: [2],
        },
        attributes: {},
        place: { file: join(path, 'imagesTr/a_1_0001.nii.gz'), subject: 'a_1' },
      },
    ]);
  });

  it('is refused where a channel of a case is missing, with the name its file should have', async () => {
    const path = await folderWith({ ...files, ...empty('imagesTr/b_0000.nii.gz') });
    await expect(
      loadDataset(datasetSettings({ path, channels: ['CT', 'PET'], structures })),
    ).rejects.toMatchObject({
      message: 'the case has no image of channel 1 ("PET")',
      remedy: 'Its file is named b_0001.nii.gz.',
    });
  });

  it('may list its cases in dataset.json instead', async () => {
    const cases = { k: { images: ['x/ct.nii.gz', 'x/pet.nii.gz'], label: 'x/seg.nii.gz' } };
    const path = await folderWith({
      'dataset.json': JSON.stringify({ ...JSON.parse(json), dataset: cases }),
    });
    const { subjects } = await loadDataset(datasetSettings({ path, channels: ['CT', 'PET'], structures }));
    expect(subjects[0]).toMatchObject({
      id: 'k',
      images: [{ file: join(path, 'x/ct.nii.gz') }, { file: join(path, 'x/pet.nii.gz') }],
    });
  });

  it('is read whatever its dataset.json holds: as cases or as Faults', () => {
    const settings = datasetSettings({ path: '/data', channels: ['CT'], structures });
    const name = fc.constantFrom(
      'a_0000.nii.gz',
      'b_0001.nii.gz',
      '_0000.nii.gz',
      '__proto___0000.nii.gz',
      'x',
    );
    const value = fc.oneof(
      fc.constantFrom(0, 1, 'CT', 'liver', '.nii.gz', '../x', '__proto__'),
      fc.jsonValue(),
    );
    const near = fc.record({
      channel_names: fc.oneof(fc.constant({ 0: 'CT' }), fc.dictionary(fc.constantFrom('0', '1', 'x'), value)),
      labels: fc.oneof(fc.constant({ background: 0, liver: 1 }), fc.dictionary(fc.string(), value)),
      file_ending: fc.oneof(fc.constant('.nii.gz'), value),
      dataset: fc.option(fc.dictionary(fc.string(), fc.record({ images: fc.array(value), label: value })), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(near, fc.array(name), fc.array(name), (json, images, labels) => {
        try {
          const parsed = parseJson(JSON.stringify(json), 'dataset.json', nnunetSchema);
          nnunetDataset(parsed, '/data', settings, images, labels);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('plain folders', () => {
  const listed = async (files: string[], changes: object = {}) => {
    const path = await folderWith(empty(...files));
    const { subjects } = await loadDataset(
      datasetSettings({ path, channels: ['ct'], structures, ...changes }),
    );
    return subjects.map(({ id, images, labels }) => [
      id,
      ...images.map(({ file }) => file.slice(path.length + 1)),
      labels?.kind === 'map' ? labels.source.file.slice(path.length + 1) : undefined,
    ]);
  };

  it('pair images and labels by their names', async () => {
    expect(await listed(['images/b.nii', 'images/a.nii.gz', 'images/.x.nii', 'labels/a.nrrd'])).toEqual([
      ['a', 'images/a.nii.gz', 'labels/a.nrrd'],
      ['b', 'images/b.nii', undefined],
    ]);
  });

  it('may have several channels in subfolders or by the end of the name', async () => {
    const channels = { channels: ['t1', 't2'] };
    const expected = (t1: string, t2: string) => [['p', `images/${t1}`, `images/${t2}`, 'labels/p.nii']];
    expect(await listed(['images/t1/p.nii', 'images/t2/p.nii', 'labels/p.nii'], channels)).toEqual(
      expected('t1/p.nii', 't2/p.nii'),
    );
    expect(await listed(['images/p_t1.nii', 'images/p_t2.nii', 'labels/p.nii'], channels)).toEqual(
      expected('p_t1.nii', 'p_t2.nii'),
    );
  });

  it('may be described by patterns, whose asterisk is the subject', async () => {
    const files = ['d/p1/p1_ct.nii.gz', 'd/p1/p1_seg.nii.gz', 'd/p2/p2_ct.nii.gz', 'd/p2/p2_seg.nii.gz'];
    expect(await listed(files, { images: 'd/*/*_{channel}.nii.gz', labels: 'd/*/*_seg.nii.gz' })).toEqual([
      ['p1', 'd/p1/p1_ct.nii.gz', 'd/p1/p1_seg.nii.gz'],
      ['p2', 'd/p2/p2_ct.nii.gz', 'd/p2/p2_seg.nii.gz'],
    ]);
  });

  it('are refused with both kinds of names where nothing pairs', async () => {
    await expect(listed(['images/a.nii', 'labels/a_seg.nii'])).rejects.toThrow(
      'no image has the name of a label map: images are such as "a", label maps such as "a_seg"',
    );
  });

  it('are refused where two files are of one subject or a channel is missing', async () => {
    await expect(listed(['images/a.nii', 'images/a.nrrd'])).rejects.toThrow(
      'two files are of the same subject',
    );
    await expect(
      listed(['images/a_t1.nii', 'images/b_t1.nii', 'images/b_t2.nii'], { channels: ['t1', 't2'] }),
    ).rejects.toThrow('there is no image of the channel "t2"');
    await expect(listed(['images/a.txt'])).rejects.toThrow('the data set has no subjects');
  });
});

describe('the format of a data set', () => {
  const settings = (path?: string) => datasetSettings({ path, channels: ['CT'], structures });

  it('is found out from its files', async () => {
    const csv = 'subject,filePath,channel\n1,a.nii,CT\n1,b.nii,liver\n';
    const decathlon = JSON.stringify({
      modality: { 0: 'CT' },
      labels: { 0: 'background', 1: 'liver' },
      training: [{ image: 'a.nii', label: 'b.nii' }],
    });
    const format = async (files: Readonly<Record<string, string>>) =>
      (await loadDataset(settings(await folderWith(files)))).format;
    expect(await format({ 'dataset.csv': csv })).toBe('csv');
    expect(await format({ 'dataset.json': decathlon })).toBe('decathlon');
    expect(await format(empty('images/a.nii', 'labels/a.nii'))).toBe('folder');
  });

  it('is csv where the path is that of a csv file', async () => {
    const folder = await folderWith({ 'some.csv': 'subject,filePath,channel\n1,a.nii,CT\n1,b.nii,liver\n' });
    const dataset = await loadDataset(settings(join(folder, 'some.csv')));
    expect(dataset).toMatchObject({ format: 'csv', folder });
  });

  it('is a Fault where nothing is recognised, the folder is missing or not named', async () => {
    await expect(loadDataset(settings(await folderWith(empty('x.txt'))))).rejects.toThrow('not recognised');
    await expect(loadDataset(settings(join(root, 'nowhere')))).rejects.toThrow('the data set does not exist');
    await expect(loadDataset(settings())).rejects.toThrow('does not say where the data set lies');
  });
});
