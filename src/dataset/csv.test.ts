import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault, Faults } from '../foundation/fault.ts';
import { csvDataset, readCsvDataset } from './csv.ts';
import { datasetSettings, sharedData } from './fixtures/settings.ts';
import { parseTable } from './table.ts';

const settings = datasetSettings({ channels: ['ct'], structures: [{ name: 'liver' }, { name: 'spleen' }] });
const read = (text: string, changes: object = {}) =>
  csvDataset(parseTable(text, '/data/dataset.csv'), { ...settings, ...changes });
const header = 'subject,filePath,channel\n';
const complete = `${header}1,1/ct.nii.gz,ct\n1,1/liver.nii.gz,liver\n1,1/spleen.nii.gz,spleen\n`;

describe("InnerEye's dataset.csv", () => {
  it('gives each subject its images, one mask a structure, and its other columns', () => {
    const text =
      'subject,filePath,channel,institutionId,tags\na1,ct.nii.gz,ct,X,[one;two]\na1,s.nii.gz,spleen,X,\na1,l.nii.gz,liver,X,';
    expect(read(text).dataset.subjects).toEqual([
      {
        id: 'a1',
        images: [{ file: '/data/ct.nii.gz', row: 2 }],
        labels: {
          kind: 'masks',
          sources: [
            { file: '/data/l.nii.gz', row: 4 },
            { file: '/data/s.nii.gz', row: 3 },
          ],
        },
        attributes: { institutionId: 'X', tags: '[one;two]' },
        place: { file: '/data/dataset.csv', line: 2, subject: 'a1' },
      },
    ]);
  });

  it.each([
    ['../../../outside', 'it holds the character /'],
    ['..', 'it means a folder'],
    ['a\\b', 'it holds the character \\'],
    ['a\u0007b', 'it holds the control character U+0007'],
    ['patient.', 'it begins with a space, or ends with a space or a full stop'],
    ['nul.1', 'Windows keeps it for a device'],
    ['é'.repeat(101), 'it has 202 bytes, at most 200 fit'],
  ])('refuses the subject %j, whose results would lie elsewhere', (id, why) => {
    const { dataset, faults } = read(complete + complete.slice(header.length).replaceAll(/^1,/gm, `${id},`));
    expect(dataset.subjects.map(subject => subject.id)).toEqual(['1']);
    expect(faults).toMatchObject([
      {
        message: `${JSON.stringify(id)} cannot be the name of a subject: ${why}`,
        place: { file: '/data/dataset.csv', line: 5, subject: id },
      },
    ]);
  });

  it.each(['7', '007', 'patient 7', '1.2.840.113619.2.55', 'a-b_c(2)', 'Zürich 1', 'console'])(
    'takes the subject %j',
    id => {
      const { dataset, faults } = read(complete.replaceAll(/^1,/gm, `${id},`));
      expect(faults).toEqual([]);
      expect(dataset.subjects.map(subject => subject.id)).toEqual([id]);
    },
  );

  it('names volumes in HDF5 files as path|dataset|channel', () => {
    const { dataset } = read(complete.replace('1/ct.nii.gz', 'scans/1.h5|volume|0'));
    expect(dataset.subjects[0]!.images[0]!.file).toBe('/data/scans/1.h5|volume|0');
  });

  it('reports every fault of every row in one pass', () => {
    const text = `${complete}1,x.nii.gz,ct\n2,2/ct.nii.gz,ct\n2,2/l.nii.gz,liver\n3,,ct\n,y.nii.gz,ct\n`;
    expect(read(text).faults.map(({ message, place }) => [message, place.line, place.subject])).toEqual([
      ['the channel "ct" is there twice, also in line 2', 5, '1'],
      ['the row has no filePath', 8, '3'],
      ['the row has no subject', 9, undefined],
      ['the subject has no row for "spleen"', 6, '2'],
      ['the subject has no row for "ct"', 8, '3'],
    ]);
  });

  it('accepts missing structures only with allow_incomplete_labels', () => {
    const text = `${complete}2,2/ct.nii.gz,ct\n2,2/l.nii.gz,liver\n`;
    expect(read(text).faults).toHaveLength(1);
    const { dataset, faults } = read(text, { allow_incomplete_labels: true });
    expect(faults).toEqual([]);
    expect(dataset.subjects[1]!.labels).toEqual({
      kind: 'masks',
      sources: [{ file: '/data/2/l.nii.gz', row: 6 }, undefined],
    });
  });

  it('has subjects without any structure for prediction alone', () => {
    expect(read(`${complete}2,2/ct.nii.gz,ct\n`).dataset.subjects[1]).not.toHaveProperty('labels');
    expect(read(`${header}2,2/ct.nii.gz,ct\n`).dataset.subjects[0]).not.toHaveProperty('labels');
  });

  it('is refused where no row has a channel or structure of the configuration, with the likely name', () => {
    const fault = (text: string) => {
      try {
        read(text);
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(fault(complete.replaceAll('spleen', 'Spleen'))).toMatchObject({
      message: 'no row has the channel "spleen"; the csv has "ct", "liver", "Spleen"',
      remedy: 'Did you mean "Spleen"?',
    });
    expect(fault(complete.replaceAll(',ct', ',mr'))).toMatchObject({
      message: 'no row has the channel "ct"; the csv has "mr", "liver", "spleen"',
    });
  });

  it('may name files elsewhere by absolute paths, but not by climbing out of its folder', () => {
    const absolute = read(complete.replace('1/ct.nii.gz', '/archive/ct.nii.gz'));
    expect(absolute.dataset.subjects[0]!.images[0]!.file).toBe('/archive/ct.nii.gz');
    for (const path of ['../ct.nii.gz', 'a/../../ct.nii.gz', '..\\ct.nii.gz']) {
      expect(read(complete.replace('1/ct.nii.gz', path)).faults[0]!.message).toBe(
        `the path "${path}" leaves the data set's folder`,
      );
    }
    expect(read(complete.replace('1/ct.nii.gz', '1\\ct.nii.gz')).dataset.subjects[0]!.images[0]!.file).toBe(
      '/data/1/ct.nii.gz',
    );
  });

  it('must agree with itself in the columns that decide over splits', () => {
    const text = `subject,filePath,channel,patient\n1,ct.nii.gz,ct,A\n1,l.nii.gz,liver,B\n1,s.nii.gz,spleen,A\n`;
    const grouped = { splits: { ...settings.splits, group_by: 'patient' } };
    expect(read(text).faults).toEqual([]);
    expect(read(text, grouped).faults[0]!.message).toBe(
      'the subject has different values in the column "patient": "A" and "B"',
    );
  });

  it('is read whatever its cells hold: as subjects or as Faults', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '1',
        '2',
        'ct',
        'liver',
        'spleen',
        '',
        '__proto__',
        '..',
        '/',
        'a|b|0',
        '\0',
        'constructor',
      ),
      fc.string(),
    );
    const row = fc
      .tuple(cell, cell, cell)
      .map(values => values.map(v => `"${v.replaceAll('"', '""')}"`).join(','));
    fc.assert(
      fc.property(fc.array(row), rows => {
        try {
          read(`${header}${rows.join('\n')}`);
        } catch (error) {
          expect(error instanceof Fault || error instanceof Faults).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const innerEye = join(sharedData, 'innereye/csv');

describe.skipIf(!existsSync(innerEye))(
  "InnerEye's own csv files (skipped where ../shared/data is absent)",
  () => {
    it('are read: seven subjects with two channels, mask and two structures', async () => {
      const { dataset, faults } = await readCsvDataset(
        join(innerEye, 'dataset.csv'),
        datasetSettings({
          channels: ['channel1', 'channel2'],
          mask: 'mask',
          structures: [{ name: 'region' }, { name: 'region_1' }],
        }),
      );
      expect(faults).toEqual([]);
      expect(dataset.subjects.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
      expect(dataset.subjects[1]).toMatchObject({
        images: [
          { file: join(innerEye, 'train_and_test_data/id2_channel1.nii.gz'), row: 7 },
          { file: join(innerEye, 'train_and_test_data/id2_channel1.nii.gz'), row: 8 },
        ],
        mask: { file: join(innerEye, 'train_and_test_data/id2_mask.nii.gz'), row: 9 },
        attributes: { institutionId: '2' },
      });
    });

    it('keep every column of a full header', async () => {
      const { dataset } = await readCsvDataset(
        join(innerEye, 'dataset_with_full_header.csv'),
        datasetSettings({ channels: ['rectum'], structures: [{ name: 'ptv' }] }),
      );
      expect(dataset.subjects).toHaveLength(1);
      expect(Object.keys(dataset.subjects[0]!.attributes)).toEqual([
        'seriesId',
        'institutionId',
        'imageFilePath',
        'groundTruthFilePath',
        'tags',
        'DIM_X',
        'DIM_Y',
        'DIM_Z',
      ]);
    });

    it.each([
      ['classification_data_dataset.csv', '"subjectID", "channel", "path"'],
      ['classification_data_multiclass_dataset.csv', '"ID", "channel", "path", "label"'],
      ['hdf5_data_dataset.csv', '"SITEID"'],
      ['sequence_data_for_classification_dataset.csv', 'has "subject", "VISIT"'],
    ])('of other tasks are refused with their columns: %s', async (name, columns) => {
      await expect(readCsvDataset(join(innerEye, name), settings)).rejects.toThrow(columns);
    });
  },
);
