import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from 'vscode-languageserver-types';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { references } from './references.ts';
import { prepareRename, rename } from './rename.ts';

/** The files after renaming what the cursor is on, by name; only those that changed. */
function renamed(marked: string, name: string, world: World = {}): Record<string, string> {
  const { document, position, readers } = atCursor(marked, world);
  const { changes = {} } = rename(document, position, name, readers);
  return Object.fromEntries(
    Object.entries(changes).map(([uri, edits]: [string, TextEdit[]]) => {
      const file = uri.slice('file:///c/'.length);
      const text = readers.document(`/c/${file}`)!.text;
      return [file, TextDocument.applyEdits(TextDocument.create(uri, 'innereye', 0, text), edits)];
    }),
  );
}

function referencesAt(marked: string, world: World = {}, includeDeclaration = true): string[] {
  const { document, position, readers } = atCursor(marked, world);
  return references(document, position, readers, includeDeclaration).map(
    ({ uri, range }) =>
      `${uri.replace('file:///c/', '')}:${range.start.line + 1}:${range.start.character + 1}`,
  );
}

const STRUCTURES = 'dataset: {channels: [ct], structures: [{name: liver}, {name: "left kidney"}]}\n';
const LARGEST = 'postprocessing: [largest_component: {structures: [liver]}]\n';

describe('rename', () => {
  test('changes a structure in its file, in bases and in what inherits from them', () => {
    const files = {
      'base.innereye.yaml': STRUCTURES,
      'sibling.innereye.yaml': `extends: ./base.innereye.yaml\n${LARGEST}`,
      'stranger.innereye.yaml': STRUCTURES,
    };
    const cursor = `extends: ./base.innereye.yaml\n${LARGEST.replace('liver', 'li|ver')}`;
    expect(renamed(cursor, 'hepar', { files })).toEqual({
      'base.innereye.yaml': STRUCTURES.replace('liver', 'hepar'),
      'main.innereye.yaml': `extends: ./base.innereye.yaml\n${LARGEST.replace('liver', 'hepar')}`,
      'sibling.innereye.yaml': `extends: ./base.innereye.yaml\n${LARGEST.replace('liver', 'hepar')}`,
    });
  });

  test('keeps models apart that share only a base without the name', () => {
    const files = {
      'base.innereye.yaml': 'training: {epochs: 5}\n',
      'other.innereye.yaml': `extends: ./base.innereye.yaml\n${STRUCTURES}`,
    };
    const cursor = `extends: ./base.innereye.yaml\n${STRUCTURES.replace('liver', '|liver')}`;
    expect(Object.keys(renamed(cursor, 'hepar', { files }))).toEqual(['main.innereye.yaml']);
  });

  test('changes a channel where it is a key, and in changes of lists', () => {
    const text = `dataset:
  channels: {$append: [t|1], $remove: [t2]}
preprocessing:
  - normalize:
      t1: { method: z-score }
      t2: { method: unchanged }
`;
    expect(renamed(text, 't1 weighted')['main.innereye.yaml']).toBe(
      text.replace('t|1', 't1 weighted').replace('t1: {', 't1 weighted: {'),
    );
  });

  test('quotes names that YAML would read as something else', () => {
    const text = 'dataset: {structures: [{name: li|ver}]}\n';
    expect(renamed(text, 'true')['main.innereye.yaml']).toContain('{name: "true"}');
    expect(renamed(text, 'a, b: #c')['main.innereye.yaml']).toContain('{name: "a, b: #c"}');
    expect(renamed(text, '12')['main.innereye.yaml']).toContain('{name: "12"}');
  });

  test('refuses names that are taken in any of the files, empty names and the background', () => {
    const files = { 'child.innereye.yaml': 'extends: ./main.innereye.yaml\ndataset: {mask: body}\n' };
    const cursor = STRUCTURES.replace('liver', 'li|ver');
    expect(() => renamed(cursor, 'left kidney', { files })).toThrow('structure `left kidney` already');
    expect(() => renamed(cursor, 'ct', { files })).toThrow('channel `ct` already');
    expect(() => renamed(cursor, 'body', { files })).toThrow('mask `body` already');
    expect(() => renamed(cursor, ' ', { files })).toThrow('must not be empty');
    expect(() => renamed(cursor, 'Background', { files })).toThrow('background');
    expect(renamed(cursor, 'liver', { files })).toEqual({});
  });

  test('refuses what a preset names, and what is no name', () => {
    const text = `extends: innereye/lung\n${LARGEST.replace('liver', 'hea|rt')}`;
    expect(() => renamed(text, 'cor')).toThrow('preset innereye/lung');
    const { document, position, readers } = atCursor('training: {epo|chs: 5}');
    expect(() => prepareRename(document, position, readers)).toThrow('only structures and channels');
  });

  test('tells what would be renamed', () => {
    const { document, position, readers } = atCursor(STRUCTURES.replace('left', 'le|ft'));
    expect(prepareRename(document, position, readers)).toEqual({
      placeholder: 'left kidney',
      range: { start: { line: 0, character: 61 }, end: { line: 0, character: 74 } },
    });
  });
});

describe('references', () => {
  test('of a structure are all places that name it', () => {
    const files = { 'child.innereye.yaml': `extends: ./main.innereye.yaml\n${LARGEST}` };
    const cursor = STRUCTURES.replace('liver', 'li|ver');
    expect(referencesAt(cursor, { files })).toEqual(['main.innereye.yaml:1:47', 'child.innereye.yaml:2:51']);
    expect(referencesAt(cursor, { files }, false)).toEqual(['child.innereye.yaml:2:51']);
  });

  test('of a base are the configurations that extend it', () => {
    const files = {
      'a.innereye.yaml': 'extends: innereye/lung\n',
      'b.innereye.yaml': 'extends: innereye/gbm\n',
    };
    expect(referencesAt('extends: innereye/l|ung\n', { files })).toEqual([
      'a.innereye.yaml:1:10',
      'main.innereye.yaml:1:10',
    ]);
  });

  test('of a setting are the files of the tree that set it', () => {
    const files = {
      'base.innereye.yaml': 'training: {epochs: 1}\n',
      'child.innereye.yaml': 'extends: ./main.innereye.yaml\ntraining: {epochs: 3}\n',
      'other.innereye.yaml': 'training: {epochs: 4}\n',
    };
    expect(referencesAt('extends: ./base.innereye.yaml\ntraining: {ep|ochs: 2}\n', { files }).sort()).toEqual(
      ['base.innereye.yaml:1:12', 'child.innereye.yaml:2:12', 'main.innereye.yaml:2:12'],
    );
  });
});
