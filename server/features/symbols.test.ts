import { describe, expect, test } from 'vitest';
import type { DocumentSymbol } from 'vscode-languageserver-types';
import { atCursor } from '../testing/at-cursor.ts';
import { documentSymbols, workspaceSymbols } from './symbols.ts';

/** Names and details, indented by level. */
function outline(symbols: readonly DocumentSymbol[], indent = ''): string[] {
  return symbols.flatMap(({ name, detail, children = [] }) => [
    `${indent}${name}${detail === undefined ? '' : ` = ${detail}`}`,
    ...outline(children, `${indent}  `),
  ]);
}

describe('documentSymbols', () => {
  test('shows sections, keys, steps and structures by their names', () => {
    const { document } = atCursor(`|name: x
dataset:
  channels: [ct, pet]
  structures: [{ name: liver, label: 1 }]
preprocessing:
  - normalize: { method: z-score }
architecture: { name: unet3d, levels: 3 }
`);
    expect(outline(documentSymbols(document))).toEqual([
      'name = x',
      'dataset',
      '  channels = [ct, pet]',
      '  structures',
      '    liver',
      '      name = liver',
      '      label = 1',
      'preprocessing',
      '  normalize = z-score',
      '    method = z-score',
      'architecture = unet3d',
      '  name = unet3d',
      '  levels = 3',
    ]);
  });

  test('keeps every selected range inside of the whole, in broken files too', () => {
    const texts = [
      'a: &x {b: 1}\nc: *x\n',
      'a:\n  - b\n  c: [\n',
      '- name: a\n- name:\n',
      '? [a]\n: b\n',
      '',
    ];
    const check = (symbols: readonly DocumentSymbol[]): void => {
      for (const { range, selectionRange, name, children = [] } of symbols) {
        expect(name).not.toBe('');
        const inside =
          selectionRange.start.line > range.start.line ||
          (selectionRange.start.line === range.start.line &&
            selectionRange.start.character >= range.start.character);
        expect(inside, name).toBe(true);
        check(children);
      }
    };
    for (const text of texts) check(documentSymbols(atCursor(`|${text}`).document));
  });
});

describe('workspaceSymbols', () => {
  const files = {
    'lung.innereye.yaml': 'dataset: {channels: [ct], structures: [{name: lung_left}, {name: heart}]}\n',
  };
  const find = (query: string) => workspaceSymbols(query, atCursor('task: segmentation|', { files }).readers);

  test('finds configurations, structures, channels and sections by letters in order', () => {
    expect(find('lng').map(({ name, containerName }) => [name, containerName])).toEqual([
      ['lung', undefined],
      ['lung_left', 'lung'],
    ]);
    expect(find('CT')).toMatchObject([{ name: 'ct', location: { uri: 'file:///c/lung.innereye.yaml' } }]);
    expect(find('task')).toMatchObject([{ name: 'task', containerName: 'main' }]);
    expect(find('zzz')).toEqual([]);
  });
});
