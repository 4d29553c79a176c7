import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Position, TextEdit } from 'vscode-languageserver-types';
import { readersOf } from '../testing/at-cursor.ts';
import { codeActions } from './code-actions.ts';

const GOLDENS = join(import.meta.dirname, 'code-actions/goldens');
const MAIN = '/c/main.innereye.yaml';
const FILE = /^# file: (.*)\n/m;

/** Title of the action that each case is about. */
const CASES: Readonly<Record<string, string>> = {
  'misspelled-key': 'Change to `epochs`',
  'misspelled-step': 'Change to `random_flip`',
  'misspelled-value': 'Change to `gaussian`',
  'misspelled-structure': 'Change to `spleen`',
  'misspelled-preset': 'Change to `innereye/segmentation-unet3d`',
  'misspelled-root-key': 'Change to `optimizer`',
  'missing-in-flow': 'Add `dataset.channels`',
  'missing-in-block': 'Add `sampling.crop_size`',
  'missing-in-step': 'Add `postprocessing[0].slice_exclusion.higher_dominates`',
  'missing-all': 'Add all 3 missing settings',
  'crop-size': 'Round the crop size to [64, 52, 52]',
  'crop-size-inherited': 'Round the crop size to [32, 32, 32]',
  'tile-size': 'Round the tile size to [64, 92, 92]',
  'class-weights-count': 'Balance the class weights: [0.3334, 0.3333, 0.3333]',
  'class-weights-sum': 'Balance the class weights: [0.1667, 0.3333, 0.5]',
  'class-weights-equal': 'Give all classes the same weight',
  'extract-section': 'Extract `training` to training.innereye.yaml',
  'extract-document-start': 'Extract `training` to training.innereye.yaml',
  'extract-selection': 'Extract 3 sections to base-2.innereye.yaml',
  'extract-to-list': 'Extract `schedule` to schedule-2.innereye.yaml',
  'inline-section': 'Inline the inherited 3 settings of `training`',
  'inline-flow': 'Inline the inherited 2 settings of `architecture`',
  'inline-list': 'Write out the list that `augmentation` comes to',
  'inline-whole': 'Inline `postprocessing` of base.innereye.yaml',
  'old-name': 'Convert `l_rate` to `optimizer.name`, `optimizer.learning_rate`',
  'old-default': 'Convert `l_rate` to `optimizer.learning_rate`',
  'old-names-all': "Convert all 6 settings with InnerEye-DeepLearning's names",
};

/** Actions that must not change what a configuration means. */
const KEEP_MEANING = /^(Extract|Inline|Write out)/;

interface Case {
  readonly texts: Record<string, string>;
  readonly actions: readonly CodeAction[];
}

/** Reads a case: the first text is the main one, with `|` at the cursor or at both ends of the selection. */
function read(source: string): Case {
  const [marked, ...others] = source.split(FILE);
  const texts: Record<string, string> = {};
  for (let index = 0; index < others.length; index += 2) texts[others[index]] = others[index + 1];
  const [before, selected, after] = marked.split('|');
  const text = marked.replaceAll('|', '');
  texts['main.innereye.yaml'] = text;
  const readers = readersOf(texts);
  const document = readers.document(MAIN)!;
  const at = (offset: number): Position => {
    const { line, column } = document.lines.position(offset);
    return { line: line - 1, character: column - 1 };
  };
  const end = after === undefined ? before.length : before.length + selected.length;
  return { texts, actions: codeActions(document, { start: at(before.length), end: at(end) }, [], readers) };
}

/** The texts after an action. */
function apply(action: CodeAction, texts: Readonly<Record<string, string>>): Record<string, string> {
  const after = { ...texts };
  const edit = (uri: string, edits: readonly TextEdit[]) => {
    const name = uri.slice('file:///c/'.length);
    const document = TextDocument.create(uri, 'innereye', 0, after[name] ?? '');
    after[name] = TextDocument.applyEdits(document, [...edits]);
  };
  for (const [uri, edits] of Object.entries(action.edit?.changes ?? {})) edit(uri, edits);
  for (const change of action.edit?.documentChanges ?? [])
    if ('edits' in change) edit(change.textDocument.uri, change.edits as TextEdit[]);
  return after;
}

describe('code actions', () => {
  test.each(Object.entries(CASES))('%s', (name, title) => {
    const { texts, actions } = read(readFileSync(join(GOLDENS, `${name}.innereye.yaml`), 'utf8'));
    const action = actions.find(one => one.title === title);
    expect(actions.map(one => one.title)).toContain(title);
    const after = apply(action!, texts);
    const made = Object.keys(after).filter(file => !Object.hasOwn(texts, file));
    const changed = Object.keys(after).filter(file => after[file] !== texts[file]);
    expect(changed.sort()).toEqual(['main.innereye.yaml', ...made].sort());
    const parts = made.map(file => `# file: ${file}\n${after[file]}`);
    const result = [after['main.innereye.yaml'], ...parts].join('');
    const golden = join(GOLDENS, `${name}.golden.innereye.yaml`);
    if (process.env.UPDATE_GOLDENS !== undefined) writeFileSync(golden, result);
    expect(existsSync(golden) ? readFileSync(golden, 'utf8') : 'no golden').toBe(result);
    const [before, then] = [texts, after].map(files => readersOf(files).resolve(MAIN));
    if (KEEP_MEANING.test(title)) expect(then.settings ?? then.tree).toBeDefined();
    if (KEEP_MEANING.test(title)) expect(then.settings).toEqual(before.settings);
    else if (action!.kind === 'quickfix')
      expect(then.diagnostics.length).toBeLessThan(before.diagnostics.length);
  });

  test('extract no section whose anchor is used outside of it, nor one that uses such an anchor', () => {
    const titles = (cursor: string, second: string) => {
      const text = `training: { epochs: &long 300 }\nsampling:\n  crop_size: [32, 32, 32]\nschedule: { name: constant, ${second} }\n`;
      return read(text.replace(cursor, `${cursor.slice(0, 3)}|${cursor.slice(3)}`))
        .actions.map(({ title }) => title)
        .filter(title => title.startsWith('Extract'));
    };
    expect(titles('training', 'x: 1')).toHaveLength(1);
    expect(titles('training', 'x: *long')).toEqual([]);
    expect(titles('schedule', 'x: *long')).toEqual([]);
    expect(titles('sampling', 'x: *long')).toHaveLength(1);
  });

  test('have a golden each', () => {
    const cases = readdirSync(GOLDENS)
      .filter(file => !file.includes('.golden.'))
      .map(file => file.replace('.innereye.yaml', ''));
    expect(cases.sort()).toEqual(Object.keys(CASES).sort());
  });

  test('tell which of the shown findings they mend', () => {
    const text = 'task: segmentation\ntraining: {epocs: 5}\n';
    const readers = readersOf({ 'main.innereye.yaml': text });
    const range = { start: { line: 1, character: 11 }, end: { line: 1, character: 16 } };
    const shown = [
      { range, code: 'unknown-key', message: 'x' },
      { range, code: 'other', message: 'y' },
    ];
    const [action] = codeActions(readers.document(MAIN)!, range, shown, readers);
    expect(action).toMatchObject({ title: 'Change to `epochs`', isPreferred: true, diagnostics: [shown[0]] });
  });

  test('keep the ends of lines', () => {
    const text = 'task: segmentation\r\nsampling:\r\n  padding: edge\r\n';
    const readers = readersOf({ 'main.innereye.yaml': text });
    const at = { line: 1, character: 3 };
    const actions = codeActions(readers.document(MAIN)!, { start: at, end: at }, [], readers);
    const added = apply(actions.find(({ title }) => title === 'Add `sampling.crop_size`')!, {
      'main.innereye.yaml': text,
    });
    expect(added['main.innereye.yaml']).toBe(`${text}  crop_size: [64, 64, 64]\r\n`);
  });

  test('are none in broken files, and never fail', () => {
    for (const text of [
      '',
      '[',
      '{',
      'a',
      '- a',
      'training: {',
      'extends: [',
      '\t',
      'a: *b',
      'extends:\n|',
    ]) {
      const readers = readersOf({ 'main.innereye.yaml': text });
      const document = readers.document(MAIN)!;
      const end = { line: 100, character: 0 };
      expect(() =>
        codeActions(document, { start: { line: 0, character: 0 }, end }, [], readers),
      ).not.toThrow();
    }
  });
});
