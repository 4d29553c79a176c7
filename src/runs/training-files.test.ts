import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { RUN_FILES } from './run-folder.ts';
import { predictTable } from './scalar/predict-table.ts';
import { refuseInTraining } from './training-files.ts';

const root = temporaryFolder();
const run = join(root, 'run');

describe('an output', () => {
  beforeAll(async () => {
    await mkdir(join(run, RUN_FILES.evaluation), { recursive: true });
    await writeFile(join(run, RUN_FILES.manifest), '{}');
    await mkdir(join(root, 'Val'));
    await symlink(join(run, RUN_FILES.evaluation), join(root, 'linked'), 'junction');
  });

  it.each([
    'run/dataset.csv',
    'run/best_validation_epoch/Test/model_outputs.csv',
    'run/Val/new/segmentation.nii.gz',
    'run/predictions/../table.json',
    'linked/mine.csv',
  ])('is refused among what a training wrote: %s', async path => {
    await expect(refuseInTraining(join(root, path))).rejects.toThrow(
      'among what the training of a run wrote',
    );
  });

  it.each(['run/predictions/model_outputs.csv', 'run/mine.csv', 'Val/mine.csv', 'dataset.csv'])(
    'is free elsewhere: %s',
    path => refuseInTraining(join(root, path)),
  );

  it('of a prediction of a table is looked at before anything is read', async () => {
    const signal = new AbortController().signal;
    const output = join(run, RUN_FILES.evaluation, 'Test');
    const predicted = predictTable({ members: [] }, join(root, 'none.csv'), output, { signal });
    await expect(predicted).rejects.toThrow('among what the training of a run wrote');
  });
});
