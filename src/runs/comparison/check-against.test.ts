import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { checkAgainst, compareCsv } from './check-against.ts';

const folder = temporaryFolder();
let made = 0;
function folderOf(files: Record<string, string | Uint8Array>): string {
  const root = join(folder, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const metrics = 'Patient,Structure,Dice\n1,liver,0.900\n2,liver,\n3,liver,inf\n';

describe('checkAgainst', () => {
  it('finds nothing in what agrees, and does not mind further files', async () => {
    const run = folderOf({ 'a/metrics.csv': metrics, 'more.txt': 'x' });
    const expected = folderOf({ 'a/metrics.csv': metrics });
    expect(await checkAgainst(run, expected, 0)).toEqual({ compared: 1, deviations: [] });
  });

  it('lets numbers of csv files differ by the tolerance and no more', async () => {
    const run = folderOf({ 'metrics.csv': metrics.replace('0.900', '0.903') });
    const expected = folderOf({ 'metrics.csv': metrics });
    expect((await checkAgainst(run, expected, 0.01)).deviations).toEqual([]);
    expect((await checkAgainst(run, expected, 0.001)).deviations).toEqual([
      { file: 'metrics.csv', what: 'line 2, Dice: "0.903", expected "0.900"' },
    ]);
  });

  it('names files that are missing, texts by line, and other files as a whole', async () => {
    const run = folderOf({ 'ids.txt': 'liver\nspleen\n', 'p.nii.gz': Uint8Array.of(1, 2) });
    const expected = folderOf({
      'ids.txt': 'liver\nkidney\n',
      'metrics.csv': metrics,
      'p.nii.gz': Uint8Array.of(1, 3),
    });
    expect(
      (await checkAgainst(run, expected, 1)).deviations.map(({ file, what }) => `${file} ${what}`),
    ).toEqual([
      'ids.txt line 2: "spleen", expected "kidney"',
      'metrics.csv is missing in the run',
      'p.nii.gz differs byte by byte: 2 bytes, 2 expected',
    ]);
  });

  it('refuses a folder without files', async () => {
    await expect(checkAgainst(folder, join(folder, 'nope'), 0)).rejects.toThrow('nothing to compare with');
  });
});

describe('compareCsv', () => {
  it('tells lines and columns that are there too often or not at all', () => {
    expect(compareCsv('a,b\n1,2\n', 'a,b\n1,2\n3,4\n', 0)).toEqual(['has 3 lines, 2 expected']);
    expect(compareCsv('a,b\n1,2\n', 'a,c\n1,2\n', 0)).toEqual(['has the columns a, c; expected are a, b']);
    expect(compareCsv('a\n\n', 'a\ninf\n', 9)).toEqual(['has 2 lines, 1 expected']);
  });

  it('never lets a missing or infinite value pass for a number', () => {
    for (const [expected, own] of [
      ['1', ''],
      ['', '1'],
      ['inf', '1e9'],
      ['1', 'inf'],
      ['x', 'y'],
    ])
      expect(compareCsv(`a,b\n${expected},0\n`, `a,b\n${own},0\n`, 1e9)).toHaveLength(1);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (expected, own) => {
        expect(Array.isArray(compareCsv(expected, own, 0.1))).toBe(true);
        expect(compareCsv(expected, expected, 0)).toEqual([]);
      }),
    );
  });
});
