import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPrediction } from './predictions.ts';

describe('the predictions of a run', () => {
  let run: string;
  beforeEach(() => {
    run = mkdtempSync(join(tmpdir(), 'innereye-predictions-'));
  });
  afterEach(() => rmSync(run, { recursive: true }));

  const predict = (folder: string, split: string, subject: string) => {
    const place = join(folder, 'best_validation_epoch', split, subject);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'segmentation.nii.gz'), '');
    writeFileSync(
      join(folder, 'dataset.csv'),
      `subject,filePath,channel\n${subject},/data/${subject}.nii.gz,image0\n`,
    );
    return join(place, 'segmentation.nii.gz');
  };

  it('are those of its ensemble, where it is a cross-validation', async () => {
    const file = predict(join(run, 'ensemble'), 'Test', 's1');
    expect(await findPrediction(run)).toMatchObject({ subject: 's1', file, scan: '/data/s1.nii.gz' });
    expect(await findPrediction(run, 's1')).toMatchObject({ file });
    await expect(findPrediction(run, 's2')).rejects.toThrow('the run has not predicted "s2"');
  });

  it('are its own where it has some', async () => {
    predict(join(run, 'ensemble'), 'Test', 's1');
    const file = predict(run, 'Val', 's1');
    expect(await findPrediction(run)).toMatchObject({ file });
  });

  it('are said to be missing where there are none', async () => {
    await expect(findPrediction(run)).rejects.toThrow('the run has not predicted anything yet');
  });
});
