import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema, type ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { Subject } from '../../dataset/dataset.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import type { TaskInputs } from '../run-task.ts';
import { prepareScalar, scalarModelOf } from './scalar-task.ts';

const folder = temporaryFolder();

const settingsOf = (reference: readonly number[], loss: object = { name: 'cross_entropy' }) =>
  configurationSchema.parse({
    task: 'sequence',
    dataset: {
      channels: ['scan'],
      sequence: { column: 'visit', reference },
      targets: { column: 'grade', kind: 'exclusive', classes: ['low', 'high'] },
    },
    input: { size: [8, 8, 8] },
    architecture: { name: 'resnet', features: 4, blocks: [1] },
    loss,
  }) as ScalarConfiguration;

/** A subject with two visits of the lower class, whose scans are not there. */
const place = { file: join(folder, 'dataset.csv'), line: 2, subject: 's1' };
const subject: Subject = {
  id: 's1',
  images: [],
  attributes: {},
  place,
  visits: [0, 1].map(position => ({
    position,
    images: [{ file: join(folder, `${position}.nii`), row: 2 }],
    values: { numbers: [], words: [], targets: [1, 0] },
    place,
  })),
};
const inputs: TaskInputs = {
  folder,
  split: { train: [subject], validation: [], test: [] },
  signal: new AbortController().signal,
  emit: () => {},
};

describe('before scans are prepared', () => {
  it('a class that cannot be balanced is named', async () => {
    const loss = { name: 'cross_entropy', class_weights: 'balanced' };
    await expect(prepareScalar(settingsOf([], loss), inputs)).rejects.toThrow(
      'no training subject has the class high',
    );
  });

  it('a reference position is named that no subject has', async () => {
    await expect(prepareScalar(settingsOf([1, 5]), inputs)).rejects.toThrow(
      'there is no visit at the reference position 5: the model is given positions 0 to 1',
    );
  });

  it('the scans themselves come last', async () => {
    await expect(prepareScalar(settingsOf([1]), inputs)).rejects.toThrow('2 faults in the data set');
  });
});

it('a trained model whose settings name another reference than it was given is refused', () => {
  const facts = {
    features: { numerical: [], categorical: [] },
    targets: [0, 1].map(() => ({ mean: 0, deviation: 1 })),
    visits: { first: 0, count: 2 },
  };
  expect(() => scalarModelOf(settingsOf([2]), facts, { scalarModels: new Map() })).toThrow(
    'there is no visit at the reference position 2',
  );
});
