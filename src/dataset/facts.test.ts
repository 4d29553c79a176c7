import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDatasetFacts } from './facts.ts';
import { parseTable, readTableInPieces } from './table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-facts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const facts = (path = folder) => readDatasetFacts({ path, format: 'auto', csv: 'dataset.csv' });

describe('facts about a data set', () => {
  it('are columns, channels and subjects of a csv', async () => {
    write('dataset.csv', 'subject,filePath,channel,site\n1,a,ct,A\n1,b,liver,A\n2,c,ct,B\n,,,\n');
    const expected = {
      subjects: 2,
      columns: ['subject', 'filePath', 'channel', 'site'],
      channels: ['ct', 'liver'],
      structures: [],
    };
    expect(await facts()).toEqual(expected);
    expect(await facts(join(folder, 'dataset.csv'))).toEqual(expected);
  });

  it('are channels and structures of a dataset.json', async () => {
    const decathlon = {
      modality: { 0: 'MRI' },
      labels: { 0: 'background', 2: 'b', 1: 'a' },
      training: ['x', 'y'],
    };
    write('dataset.json', JSON.stringify(decathlon));
    const structures = [
      { name: 'a', label: 1 },
      { name: 'b', label: 2 },
    ];
    expect(await facts()).toEqual({ subjects: 2, columns: [], channels: ['MRI'], structures });
    mkdirSync(join(folder, 'labelsTr'));
    for (const name of ['1', '2', '3']) write(`labelsTr/${name}.nii.gz`, '');
    const labels = { background: 0, a: 1, b: 2, both: [1, 2], ignore: 3 };
    write('dataset.json', JSON.stringify({ channel_names: { 0: 'CT' }, labels, file_ending: '.nii.gz' }));
    expect(await facts()).toEqual({ subjects: 3, columns: [], channels: ['CT'], structures });
  });

  it('are nothing for a plain folder, and a fault where there is none', async () => {
    mkdirSync(join(folder, 'images'));
    expect(await facts()).toBeUndefined();
    await expect(facts(join(folder, 'none'))).rejects.toThrow();
  });
});

describe('a csv read in pieces', () => {
  const whole = async (text: string) => {
    write('t.csv', text);
    const pieces = [];
    for await (const piece of readTableInPieces(join(folder, 't.csv'))) pieces.push(piece);
    return { pieces, rows: pieces.flatMap(({ rows }) => rows.map(({ cells }) => [...cells.values()])) };
  };

  it('has the rows of the whole, line breaks in quotes and all', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},"a${i}\n, ""b""",ct`);
    const text = `subject,filePath,channel\r\n${rows.join('\r\n')}`;
    const { pieces, rows: read } = await whole(text);
    expect(pieces.length).toBeGreaterThan(3);
    expect(read).toEqual(parseTable(text, 't.csv').rows.map(({ cells }) => [...cells.values()]));
    expect(pieces.every(({ columns }) => columns.length === 3)).toBe(true);
  });

  it('has its columns without any row, and is a fault when empty', async () => {
    expect((await whole('subject,filePath\n')).pieces).toMatchObject([{ columns: ['subject', 'filePath'] }]);
    expect((await whole('subject,filePath')).pieces).toMatchObject([{ columns: ['subject', 'filePath'] }]);
    await expect(whole('')).rejects.toThrow('empty');
  });
});
