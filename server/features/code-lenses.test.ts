import { describe, expect, test } from 'vitest';
import { MINIMAL } from '../../src/config/resolve-texts.ts';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { codeLenses } from './code-lenses.ts';

const COMMANDS = ['train', 'debug', 'crossValidate', 'search', 'trainOnAzure', 'showReferences'].map(
  name => `innereye.${name}`,
);
const SEARCH = `search:
  parameters: { optimizer.learning_rate: { distribution: loguniform, low: 1e-4, high: 1e-2 } }
`;

function lenses(text: string, commands = COMMANDS, world: World = {}) {
  const { document, readers } = atCursor(`|${text}`, world);
  return codeLenses(document, readers, commands);
}

describe('code lenses', () => {
  test('offer what the editor can do, above the first setting', () => {
    const all = lenses(`# About this model.\n${MINIMAL}`);
    expect(all.map(({ command }) => command?.title)).toEqual([
      'Train',
      'Debug',
      'Cross-validate',
      'Train on AzureML',
    ]);
    expect(lenses(MINIMAL + SEARCH).map(({ command }) => command?.title)).toContain('Search');
    expect(all[0]).toMatchObject({
      range: { start: { line: 1 } },
      command: { command: 'innereye.train', arguments: ['file:///c/main.innereye.yaml'] },
    });
    expect(lenses(MINIMAL, ['innereye.train']).map(({ command }) => command?.title)).toEqual(['Train']);
    expect(lenses(MINIMAL, [])).toEqual([]);
  });

  test('offer no training of a base that lacks what others give', () => {
    expect(lenses('training: {epochs: 5}\n')).toEqual([]);
    expect(lenses('')).toEqual([]);
  });

  test('count the configurations that inherit, through others too', () => {
    const files = {
      'a.innereye.yaml': 'extends: ./main.innereye.yaml\n',
      'b.innereye.yaml': 'extends: [innereye/lung, ./a.innereye.yaml]\n',
      'c.innereye.yaml': 'extends: innereye/lung\n',
    };
    const [lens] = lenses('training: {epochs: 5}\n', COMMANDS, { files });
    expect(lens.command).toMatchObject({
      title: '2 configurations extend this',
      command: 'innereye.showReferences',
    });
    expect(lens.command?.arguments?.[2]).toMatchObject([
      { uri: 'file:///c/a.innereye.yaml', range: { start: { line: 0, character: 9 } } },
      { uri: 'file:///c/b.innereye.yaml', range: { start: { line: 0, character: 25 } } },
    ]);
    const one = lenses('a: 1\n', COMMANDS, { files: { 'a.innereye.yaml': files['a.innereye.yaml'] } });
    expect(one[0].command?.title).toBe('1 configuration extends this');
  });
});
