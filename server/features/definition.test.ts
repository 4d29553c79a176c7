import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../src/config/line-index.ts';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { definition } from './definition.ts';

/** `file:line:column` of each definition, and the text that is underlined. */
function definitionsAt(marked: string, world: World = {}): string[] {
  const { document, position, readers } = atCursor(marked, world);
  return definition(document, position, readers).map(link => {
    const { start, end } = link.originSelectionRange!;
    const lines = document.text.split('\n');
    const origin =
      start.line === end.line ? lines[start.line].slice(start.character, end.character) : 'several lines';
    const { line, character } = link.targetSelectionRange.start;
    return `${origin} → ${link.targetUri}:${line + 1}:${character + 1}`;
  });
}

const BASE = `dataset:
  channels: [ct]
  structures:
    - { name: liver, label: 1 }
training: { epochs: 60, seed: 1 }
augmentation:
  - random_flip: { axes: [x] }
`;
const FILES = { 'base.innereye.yaml': BASE };

describe('definition', () => {
  test('of a base is its file', () => {
    expect(definitionsAt('extends: ./ba|se.innereye.yaml', { files: FILES })).toEqual([
      './base.innereye.yaml → file:///c/base.innereye.yaml:1:1',
    ]);
  });

  test('of a preset is a read-only document', () => {
    expect(definitionsAt('extends: [./base.innereye.yaml, innereye/lu|ng]', { files: FILES })).toEqual([
      'innereye/lung → innereye-preset:/innereye/lung.innereye.yaml:1:1',
    ]);
  });

  test('of a base that is not there is nothing', () => {
    expect(definitionsAt('extends: ./oth|er.innereye.yaml', { files: FILES })).toEqual([]);
  });

  test('of an overriding key or value is the inherited key', () => {
    const target = 'file:///c/base.innereye.yaml:5:13';
    const text = 'extends: ./base.innereye.yaml\ntraining:\n  ep|ochs: 5\n';
    expect(definitionsAt(text, { files: FILES })).toEqual([`epochs → ${target}`]);
    expect(definitionsAt(text.replace('ep|ochs: 5', 'epochs: |5'), { files: FILES })).toEqual([
      `5 → ${target}`,
    ]);
    expect(definitionsAt('extends: ./base.innereye.yaml\ntrain|ing: {}\n', { files: FILES })).toEqual([
      'training → file:///c/base.innereye.yaml:5:1',
    ]);
  });

  test('of what a list adds to an inherited one is the inherited list', () => {
    const text = 'extends: ./base.innereye.yaml\naugmentation:\n  $app|end: [random_gamma: {}]\n';
    expect(definitionsAt(text, { files: FILES })).toEqual([
      'augmentation → file:///c/base.innereye.yaml:6:1',
    ]);
  });

  test('of a key that nothing is inherited for is nothing', () => {
    expect(definitionsAt('extends: ./base.innereye.yaml\nname: |x\n', { files: FILES })).toEqual([]);
    expect(definitionsAt('train|ing: {epochs: 5}')).toEqual([]);
  });

  test('of a structure or channel is its definition in the data set', () => {
    const structure =
      'extends: ./base.innereye.yaml\npostprocessing:\n  - largest_component: {structures: [liv|er]}\n';
    expect(definitionsAt(structure, { files: FILES })).toEqual(['liver → file:///c/base.innereye.yaml:4:15']);
    const channel = 'extends: ./base.innereye.yaml\npreprocessing: [normalize: {c|t: {method: unchanged}}]\n';
    expect(definitionsAt(channel, { files: FILES })).toEqual(['ct → file:///c/base.innereye.yaml:2:14']);
  });

  test('of a plugin is its file, and of what it defines the exported name', () => {
    const module = 'export const mine = defineArchitecture({ name: "mine" });\n';
    const location = new LineIndex('/c/net.ts', module).location(47, 53);
    const plugins = { '/c/net.ts': [{ kind: 'architecture' as const, name: 'mine', location }] };
    const text = 'plugins: [./net.ts]\narchitecture: {name: plugin, definition: mine}\n';
    expect(definitionsAt(text.replace('./net', './n|et'), { plugins })).toEqual([
      './net.ts → file:///c/net.ts:1:1',
    ]);
    expect(definitionsAt(text.replace('mine}', 'mi|ne}'), { plugins })).toEqual([
      'mine → file:///c/net.ts:1:48',
    ]);
  });

  test('is nothing in an empty or broken file', () => {
    expect(definitionsAt('|')).toEqual([]);
    expect(definitionsAt('extends: [|')).toEqual([]);
    expect(definitionsAt('}{: |')).toEqual([]);
  });
});
