import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  classificationDatasetSchema,
  regressionDatasetSchema,
  sequenceDatasetSchema,
} from '../../config/schema/scalar-dataset.ts';
import { readScalarDataset } from './read-scalar-dataset.ts';

const FOLDER = resolve('../shared/data/innereye/csv');

describe.skipIf(!existsSync(FOLDER))("InnerEye's own csv files (skipped without ../shared/data)", () => {
  it('are read as sequences: 27 visits of three subjects, missing features imputed', async () => {
    const { dataset, faults } = await readScalarDataset(
      sequenceDatasetSchema.parse({
        path: FOLDER,
        csv: 'sequence_data_for_classification_dataset.csv',
        features: { numerical: ['NUM1', 'NUM2', 'NUM3', 'NUM4'], categorical: ['CAT0'], missing: 'impute' },
        sequence: { column: 'Position', target_positions: [7, 8] },
        targets: { column: 'Label' },
      }),
    );
    expect(faults).toEqual([]);
    expect(dataset.subjects.map(({ id, visits }) => [id, visits!.length])).toEqual([
      ['2137.00005', 9],
      ['2627.00001', 9],
      ['3250.00005', 9],
    ]);
    const [first] = dataset.subjects;
    expect(first!.visits![0]!.values).toEqual({ numbers: [362, Number.NaN, Number.NaN, 71], words: ['Foo'] });
    expect(first!.visits![8]!.values.targets).toEqual([0]);
  });

  it('are read as multi-label classifications, a row a channel', async () => {
    const { dataset, faults } = await readScalarDataset(
      classificationDatasetSchema.parse({
        path: FOLDER,
        csv: 'classification_data_multiclass_dataset.csv',
        subject_column: 'ID',
        channel_column: 'channel',
        image_column: 'path',
        channels: ['blue', 'green'],
        targets: {
          column: 'label',
          channel: 'blue',
          kind: 'multilabel',
          classes: ['zero', 'one', 'two', 'three', 'four', 'five'],
        },
      }),
    );
    expect(faults).toEqual([]);
    expect(dataset.subjects[0]).toMatchObject({ id: 'S1', values: { targets: [0, 1, 1, 1, 0, 0] } });
    expect(dataset.subjects[0]!.images.map(({ file }) => file.split('/').at(-1))).toEqual([
      '1_blue.png',
      '1_green.png',
    ]);
  });

  it('with rows that lack subject or label name the first and leave the second unlabelled', async () => {
    const { dataset, faults } = await readScalarDataset(
      regressionDatasetSchema.parse({
        path: FOLDER,
        csv: 'hdf5_data_dataset_missing_values.csv',
        channels: ['filePath'],
        targets: { columns: ['feature'] },
      }),
    );
    expect(dataset.subjects.some(({ values }) => values!.targets?.[0] === 20)).toBe(true);
    expect(faults.map(({ message, place }) => [place?.line, message])).toContainEqual([
      3,
      'the row has no subject',
    ]);
  });
});
