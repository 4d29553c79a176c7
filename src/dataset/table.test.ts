import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { temporaryFolder } from './fixtures/settings.ts';
import { parseTable, readTable, requireColumn } from './table.ts';

const cells = (text: string) => parseTable(text, 'x.csv').rows.map(row => [...row.cells.values()]);

describe('a csv file', () => {
  it('may have Windows or old Mac line ends, a byte order mark, blanks and empty lines', () => {
    const expected = [
      ['1', 'a.nii.gz'],
      ['2', 'b.nii.gz'],
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      const text = `\uFEFF subject , filePath${end}1 , a.nii.gz${end}${end}2,b.nii.gz${end},${end}`;
      expect(cells(text)).toEqual(expected);
      expect(parseTable(text, 'x.csv').columns).toEqual(['subject', 'filePath']);
    }
  });

  it('may separate cells by semicolons or tabs, as Excel does in some countries', () => {
    expect(cells('a;b\n1,5;2')).toEqual([['1,5', '2']]);
    expect(cells('a\tb\n1\t2')).toEqual([['1', '2']]);
  });

  it('may quote cells that hold commas, quotes and line ends', () => {
    expect(cells('a,b\n"1,2","say ""x"""\n"3\n4",5')).toEqual([
      ['1,2', 'say "x"'],
      ['3\n4', '5'],
    ]);
  });

  it('tells the line of each row, comments and quoted line ends included', () => {
    expect(parseTable('a,b\n\n1,2\n"3\n4",5\n6,7', 'x.csv').rows.map(row => row.line)).toEqual([3, 5, 6]);
  });

  it('fills rows that are too short and refuses rows that are too long', () => {
    expect(cells('a,b\n1')).toEqual([['1', '']]);
    expect(cells('a,b\n1,2,,')).toEqual([['1', '2']]);
    expect(() => parseTable('a,b\n1,2,3', 'x.csv')).toThrow('the row has 3 cells, but the header has 2');
  });

  it('is refused where a quote is left open, a column repeats or nothing is in it', () => {
    expect(() => parseTable('a,b\n"1,2', 'x.csv')).toThrow(Fault);
    expect(() => parseTable('a,a\n1,2', 'x.csv')).toThrow('the column "a" is there twice');
    expect(() => parseTable('', 'x.csv')).toThrow('the csv file is empty');
  });

  it('names the column that is missing, those that are there, and the likely one', () => {
    const table = parseTable('subject,filepath,channel\n', 'x.csv');
    try {
      requireColumn(table, 'filePath');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        message: 'the csv file has no column "filePath"; it has "subject", "filepath", "channel"',
        place: { file: 'x.csv', line: 1 },
        remedy: 'Rename the column "filepath" to "filePath".',
      });
    }
  });

  it('is read whatever it holds: as rows or as a Fault, never as another error', () => {
    const piece = fc.constantFrom(
      '"',
      ',',
      ';',
      '\n',
      '\r',
      '\t',
      ' ',
      '\0',
      'a',
      '__proto__',
      '\uFEFF',
      '""',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map(parts => parts.join('')),
        ),
        text => {
          try {
            parseTable(text, 'x.csv');
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the encoding of a csv file', () => {
  const folder = temporaryFolder();
  const read = async (name: string, bytes: Uint8Array) => {
    const file = join(folder, name);
    await writeFile(file, bytes);
    return readTable(file);
  };

  it('may be UTF-8, UTF-16 or that of older Windows programs', async () => {
    const text = 'subject\nGrün';
    for (const [name, bytes] of [
      ['utf8.csv', Buffer.from(text)],
      ['utf16.csv', Buffer.from(`\uFEFF${text}`, 'utf16le')],
      ['latin.csv', Buffer.from(text, 'latin1')],
    ] as const) {
      expect((await read(name, bytes)).rows[0]!.cells.get('subject')).toBe('Grün');
    }
  });

  it('cannot be that of a binary file, and the file must exist', async () => {
    await expect(read('image.csv', Uint8Array.of(0x1f, 0x8b, 0, 0))).rejects.toThrow('it holds binary data');
    await expect(readTable(join(folder, 'none.csv'))).rejects.toBeInstanceOf(Fault);
  });
});
