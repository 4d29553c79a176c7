import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { explainRun } from '../runs/scalar/explain-run.ts';
import { untrainedScalar, writeScalarRun } from './fixtures/untrained-scalar.ts';

const root = temporaryFolder();
const signal = new AbortController().signal;

describe.skipIf(engineMissing)(`what another table says of a model ${engineMissing}`, () => {
  it('takes labels, and never replaces what the data set of the run says', async () => {
    await openTestEngine();
    const run = await writeScalarRun(root, 'sick', await untrainedScalar({ name: 'mlp', hidden: [6] }));
    const table = async (name: string, text: string) => {
      await writeFile(join(root, name), text);
      return join(root, name);
    };
    const output = join(root, 'why');
    const unlabelled = await table('new.csv', 'subject,age,sex\na,61,f\nb,55,m\n');
    await expect(explainRun(run, { input: unlabelled, output, signal })).rejects.toThrow(
      'no subject has a label',
    );
    const input = await table('known.csv', 'subject,age,sex,sick\na,61,f,1\nb,55,m,0\n');
    const { importance } = await explainRun(run, { input, output, signal });
    expect(await readFile(importance!.file, 'utf8')).not.toContain('NaN');
    await expect(explainRun(run, { input, output, signal })).rejects.toThrow('the folder is not empty');
    await mkdir(join(run, 'best_validation_epoch'));
    await expect(
      explainRun(run, { input, output: join(run, 'best_validation_epoch'), signal }),
    ).rejects.toThrow('among what the training of a run wrote');
  });
});
