import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classificationDatasetSchema } from '../../config/schema/scalar-dataset.ts';
import { temporaryFolder } from '../fixtures/settings.ts';
import { surveyDataset } from '../survey-dataset.ts';

const folder = temporaryFolder();

describe('the survey of a table', () => {
  it('names the rows outside of the training whose word no training subject has', async () => {
    const rows = ['subject,sex,ill', 'a,f,1', 'b,m,0', 'c,x,1', 'd,f,0', 'e,y,1', 'f,,0'];
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'dataset.csv'), rows.join('\n'));
    const survey = (train: string[], test: string[]) =>
      surveyDataset({
        task: 'classification',
        dataset: classificationDatasetSchema.parse({
          path: folder,
          features: { categorical: ['sex'], missing: 'impute' },
          targets: { column: 'ill' },
          splits: { ids: { train, test } },
        }),
      });
    const { findings } = await survey(['a', 'b'], ['c', 'd', 'e', 'f']);
    const words = findings.filter(({ message }) => message.includes('no training subject'));
    expect(words).toMatchObject([
      {
        severity: 'error',
        place: { line: 4, subject: 'c' },
        message: expect.stringContaining('"sex" holds "x"'),
      },
      {
        severity: 'error',
        place: { line: 6, subject: 'e' },
        message: expect.stringContaining('"sex" holds "y"'),
      },
    ]);
    const sound = await survey(['a', 'b', 'c', 'e'], ['d', 'f']);
    expect(sound.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
