import { describe, expect, test } from 'vitest';
import type { SelectionRange } from 'vscode-languageserver-types';
import { atCursor } from '../testing/at-cursor.ts';
import { foldingRanges } from './folding.ts';
import { documentLinks } from './links.ts';
import { selectionRanges } from './selection-ranges.ts';

describe('selectionRanges', () => {
  /** The selected texts from the inside out. */
  function selections(marked: string): string[] {
    const { document, position } = atCursor(marked);
    const texts: string[] = [];
    for (
      let one: SelectionRange | undefined = selectionRanges(document, [position])[0];
      one !== undefined;
      one = one.parent
    ) {
      const { start, end } = one.range;
      const from = document.lines.offset(start.line + 1, start.character + 1);
      texts.push(document.text.slice(from, document.lines.offset(end.line + 1, end.character + 1)));
    }
    return texts;
  }

  test('grow from the word to its setting, its map and the file', () => {
    expect(selections('a: 1\nb: { c: [1, |22], d: 3 }\n')).toEqual([
      '22',
      '[1, 22]',
      'c: [1, 22]',
      '{ c: [1, 22], d: 3 }',
      'b: { c: [1, 22], d: 3 }',
      'a: 1\nb: { c: [1, 22], d: 3 }',
      'a: 1\nb: { c: [1, 22], d: 3 }\n',
    ]);
    expect(selections('ab|c: 1')).toEqual(['abc', 'abc: 1']);
    expect(selections('|')).toEqual(['']);
  });
});

describe('foldingRanges', () => {
  test('cover maps, lists and comments of several lines', () => {
    const { document } = atCursor(`|# one
# two
a:
  b:
    - c: 1
      d: 2
    - e
f: [1,
  2]
g: 1 # x
`);
    expect(foldingRanges(document).map(({ startLine, endLine, kind }) => [startLine, endLine, kind])).toEqual(
      [
        [0, 1, 'comment'],
        [2, 6, undefined],
        [3, 6, undefined],
        [4, 5, undefined],
        [7, 8, undefined],
      ],
    );
  });
});

describe('documentLinks', () => {
  test('lead to bases, presets, lists of data sets, splits, weights and plugins', () => {
    const { document, readers } = atCursor(
      `|extends: [innereye/lung, ./base.innereye.yaml, ./none.innereye.yaml]
dataset: {path: ../data, splits: {file: splits.csv}}
training: {initial_weights: run/best}
plugins: [./net.ts, ./none.ts]
`,
      {
        files: { 'base.innereye.yaml': '' },
        folders: { '/data': ['dataset.csv', 'scans/'], '/c': ['splits.csv', 'net.ts'], '/c/run': ['best'] },
      },
    );
    expect(documentLinks(document, readers).map(({ target }) => target)).toEqual([
      'innereye-preset:/innereye/lung.innereye.yaml',
      'file:///c/base.innereye.yaml',
      'file:///data/dataset.csv',
      'file:///c/splits.csv',
      'file:///c/run/best',
      'file:///c/net.ts',
    ]);
  });

  test('take the name of the csv from the data set', () => {
    const { document, readers } = atCursor('|dataset: {path: d, csv: other.csv}', {
      folders: { '/c/d': ['dataset.csv', 'other.csv'] },
    });
    expect(documentLinks(document, readers)).toMatchObject([{ target: 'file:///c/d/other.csv' }]);
  });
});
