import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatModelOutputs } from '../../src/evaluation/scalar/scalar-files.ts';
import { casesOf, rankCases } from './cases.ts';

const row = (subject: string, target: string, output: number, label: number) => ({
  subject,
  target,
  output,
  label,
});

describe('the cases of a run', () => {
  it('are ranked by how well it knew them, targets of different units alike', () => {
    const rows = [
      // In mm³ the error of b is the smallest, in years that of a by far.
      row('a', 'volume', 1020, 1000),
      row('a', 'age', 50.1, 50),
      row('b', 'volume', 1010, 1000),
      row('b', 'age', 54, 50),
      row('c', 'volume', 1500, 1000),
      row('c', 'age', 51, 50),
      row('d', 'volume', 1000, Number.NaN),
    ];
    const cases = rankCases(rows, 'test');
    // Errors in units of their targets' means, 176.7 and 1.7: 0.09, 1.2 and 1.7; nothing is known of d.
    expect(cases.map(({ subject }) => subject)).toEqual(['a', 'b', 'c', 'd']);
    expect(cases[0]).toEqual({ subject: 'a', split: 'test', said: 'volume 1020 (1000), age 50.1 (50)' });
    expect(cases.at(-1)!.said).toBe('volume 1000');
  });

  it('of visits say which', () => {
    const [only] = rankCases([{ ...row('p', 'relapse', 0.934, 1), position: 2 }], 'validation');
    expect(only!.said).toBe('relapse at visit 2 0.934 (1)');
  });

  describe('in its folder', () => {
    let run: string;
    beforeEach(async () => {
      run = await mkdtemp(join(tmpdir(), 'innereye-cases-'));
    });
    afterEach(() => rm(run, { recursive: true }));
    const write = async (split: string, subjects: readonly string[]) => {
      const folder = join(run, 'best_validation_epoch', split);
      await mkdir(folder, { recursive: true });
      const rows = subjects.map(subject => row(subject, 'sick', 0.9, 1));
      await writeFile(join(folder, 'model_outputs.csv'), formatModelOutputs(rows));
    };

    it('are those of the test before those of the validation, and have the names that they have in the table', async () => {
      expect(await casesOf(run)).toEqual([]);
      await write('Val', ['v']);
      expect(await casesOf(run)).toMatchObject([{ subject: 'v', split: 'validation' }]);
      // What a spreadsheet would take for a formula is guarded in the file.
      await write('Test', ['=t']);
      expect(await casesOf(run)).toMatchObject([{ subject: '=t', split: 'test' }]);
    });
  });
});
