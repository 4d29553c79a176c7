import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv, unguardCsvText } from './csv.ts';

describe('formatCsv', () => {
  it('writes what a csv parser reads back, whatever the text', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter(text => !text.startsWith("'"));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), rows => {
        const read: string[][] = parse(formatCsv(['a', 'b'], rows), {
          from_line: 1,
          relax_column_count: true,
        });
        expect(read.slice(1).map(row => row.map(unguardCsvText))).toEqual(rows);
      }),
    );
  });

  it('guards text that a spreadsheet would run, and leaves negative numbers alone', () => {
    expect(formatCsv(['Patient', 'x'], [['=HYPERLINK("http://x")', '-1.5']])).toBe(
      'Patient,x\n"\'=HYPERLINK(""http://x"")",-1.5\n',
    );
  });
});
