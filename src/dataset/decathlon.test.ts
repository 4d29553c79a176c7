import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { datasetSchema } from '../config/schema/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { decathlonDataset, decathlonSchema, readDecathlonDataset } from './decathlon.ts';
import { datasetSettings, sharedData } from './fixtures/settings.ts';
import { parseJson } from './json-file.ts';

const json = {
  name: 'BRATS',
  modality: { '0': 'FLAIR', '1': 'T1w', '10': 'T2w', '2': 't1gd' },
  labels: { '0': 'background', '1': 'edema', '2': 'non-enhancing tumor', '3': 'enhancing tumour' },
  training: [
    { image: './imagesTr/._BRATS_001.nii.gz', label: './labelsTr/._BRATS_001.nii.gz' },
    { image: './imagesTr/BRATS_001.nii.gz', label: './labelsTr/BRATS_001.nii.gz' },
  ],
};
const settings: z.input<typeof datasetSchema> = {
  channels: ['T1Gd', 'flair'],
  structures: [{ name: 'edema' }, { name: 'core', label: 3 }],
};
const read = (changes: object = {}, jsonChanges: object = {}) =>
  decathlonDataset({ ...json, ...jsonChanges }, '/data', datasetSettings({ ...settings, ...changes }));

describe('a data set of the Medical Segmentation Decathlon', () => {
  it('has the channels of `modality` as components of 4D files, by name without regard to case', () => {
    expect(read().dataset.subjects).toEqual([
      {
        id: 'BRATS_001',
        images: [
          { file: '/data/imagesTr/BRATS_001.nii.gz', component: 2 },
          { file: '/data/imagesTr/BRATS_001.nii.gz', component: 0 },
        ],
        labels: {
          kind: 'map',
          source: { file: '/data/labelsTr/BRATS_001.nii.gz' },
          values: [1, 3],
          background: [2],
        },
        attributes: {},
        place: { file: '/data/imagesTr/BRATS_001.nii.gz', subject: 'BRATS_001' },
      },
    ]);
  });

  it.each([
    [{ channels: ['PET'] }, 'no channel "PET"; its channels are "FLAIR", "T1w", "t1gd", "T2w"'],
    [{ structures: [{ name: 'edema', label: 2 }] }, 'has label 2 here, but 1 in the data set'],
    [{ structures: [{ name: 'liver' }] }, 'no structure "liver"; its labels are 0 "background", 1 "edema"'],
    [{ structures: [{ name: 'liver', label: 7 }] }, 'the data set has no label 7 (structure "liver")'],
    [
      { structures: [{ name: 'edema' }, { name: 'swelling', label: 1 }] },
      '"edema" and "swelling" have the same label 1',
    ],
    [{ mask: 'brain' }, 'this format of data set has no masks'],
  ])('is refused where the configuration does not fit: %j', (changes, message) => {
    expect(() => read(changes)).toThrow(message);
  });

  it('reports entries that leave the folder or repeat a subject, and keeps the others', () => {
    const entry = (image: string) => ({ image, label: './labelsTr/a.nii.gz' });
    const training = ['a.nii.gz', 'b/a.nii.gz', '../c.nii.gz', '/etc/d.nii.gz', 'e.nii.gz'].map(entry);
    const { dataset, faults } = read({}, { training });
    expect(dataset.subjects.map(({ id }) => id)).toEqual(['a', 'e']);
    expect(faults.map(({ message }) => message)).toEqual([
      'the subject "a" is listed twice',
      'the path "../c.nii.gz" leaves the data set\'s folder',
      'the path "/etc/d.nii.gz" leaves the data set\'s folder',
    ]);
  });

  it('needs a dataset.json of the right form: else a Fault says what is wrong with it', () => {
    expect(() => parseJson('{"modality": [}', 'dataset.json', decathlonSchema)).toThrow(
      'the file is not JSON',
    );
    expect(() => parseJson('{"modality": {"x": "CT"}}', 'dataset.json', decathlonSchema)).toThrow(Fault);
    expect(() => parseJson('{}', 'dataset.json', decathlonSchema)).toThrow('"modality" is not as expected');
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), text => {
        try {
          decathlonDataset(
            parseJson(text, 'dataset.json', decathlonSchema),
            '/data',
            datasetSettings(settings),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});

const hippocampus = join(sharedData, 'hippocampus');

it.skipIf(!existsSync(hippocampus))(
  'the hippocampus data set has 195 labelled subjects (skipped where ../shared/data is absent)',
  async () => {
    const { dataset, faults } = await readDecathlonDataset(
      hippocampus,
      datasetSettings({ channels: ['MRI'], structures: [{ name: 'anterior' }, { name: 'posterior' }] }),
    );
    expect(faults).toEqual([]);
    expect(dataset.name).toBe('Hippocampus');
    expect(dataset.subjects).toHaveLength(195);
    expect(dataset.subjects[0]).toMatchObject({
      id: 'hippocampus_001',
      images: [{ file: join(hippocampus, 'imagesTr/hippocampus_001.nii.gz') }],
      labels: { values: [1, 2], background: [] },
    });
  },
);
