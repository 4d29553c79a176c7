import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { completion } from './completion.ts';

function items(marked: string, world: World = {}): CompletionItem[] {
  const { document, position, readers } = atCursor(marked, world);
  const found = completion(document, position, readers);
  return found.sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1));
}

/** Labels in the order in which the editor shows them. */
function labels(marked: string, world: World = {}): string[] {
  return items(marked, world).map(({ label }) => label);
}

/** The text after a completion was chosen; places of snippets stay as they are written. */
function chosen(marked: string, label: string, world: World = {}): string {
  const item = items(marked, world).find(one => one.label === label);
  if (item === undefined) throw new Error(`${label} is not offered, but ${labels(marked, world).join(', ')}`);
  const text = marked.replace('|', '');
  return TextDocument.applyEdits(TextDocument.create('file:///c', 'innereye', 0, text), [
    item.textEdit as TextEdit,
  ]);
}

/** The first place of a snippet, with what can be chosen there. */
const choice = (options: string) => `$\{1|${options}|}`;

const BASE = `task: segmentation
dataset:
  path: ./data
  channels: [ct, pet]
  structures:
    - { name: liver }
    - { name: "left kidney" }
sampling: { crop_size: [32, 32, 32] }
architecture: { name: plain_unet }
training: { epochs: 60 }
augmentation:
  - random_flip: { axes: [x] }
  - random_noise: {}
`;
const INHERIT = 'extends: ./base.innereye.yaml\n';
const WORLD: World = {
  files: { 'base.innereye.yaml': BASE },
  dataset: {
    subjects: 3,
    columns: ['subject', 'filePath', 'channel', 'institutionId'],
    channels: ['ct', 'pet', 'liver', 'left kidney', 'heart'],
    structures: [],
  },
};

describe('completion of keys', () => {
  test('offers what is required first, then the rest, in an empty file', () => {
    const found = labels('|');
    expect(found.slice(0, 4)).toEqual(['task', 'dataset', 'sampling', 'architecture']);
    expect(found).toContain('extends');
    expect(found).toContain('plugins');
  });

  test('leaves out what the file has, and puts what it inherits last', () => {
    const found = labels(`${INHERIT}training:\n  batch_size: 3\n  |`, WORLD);
    expect(found).not.toContain('batch_size');
    expect(found.at(-1)).toBe('epochs');
    const epochs = items(`${INHERIT}training:\n  |`, WORLD).find(({ label }) => label === 'epochs');
    expect(epochs?.detail).toBe('inherited: 60');
  });

  test('tells meaning, type and default', () => {
    const [item] = items('training:\n  seed|').filter(({ label }) => label === 'seed');
    expect(item.documentation).toEqual({
      kind: 'markdown',
      value: 'Seed of everything random.\n\nwhole number · default `42`',
    });
    expect(item.detail).toBe('default: 42');
  });

  test('writes the settings that a key cannot do without', () => {
    expect(chosen('sam|', 'sampling')).toBe('sampling:\n  crop_size: [$1, $2, $3]');
    expect(chosen('data|', 'dataset')).toBe('dataset:\n  channels: [$1]\n  structures: [{ name: $2 }]');
    expect(chosen('training:\n  |', 'early_stopping')).toBe(
      'training:\n  early_stopping:\n    patience_epochs: $1'.replace('    patience', '  patience'),
    );
    expect(chosen('training:\n  pre|', 'precision')).toMatch(
      /precision: \$\{1\|auto,float32,bfloat16,float16\|\}$/,
    );
    expect(chosen('opt|', 'optimizer')).toBe(
      `optimizer: { name: ${choice('adam,adamw,amsgrad,sgd,rmsprop')} }`,
    );
  });

  test('replaces only the name of a key that has its value', () => {
    expect(chosen('training:\n  epo|ch: 5', 'epochs')).toBe('training:\n  epochs: 5');
    expect(chosen('training: {epo|ch: 5}', 'epochs')).toBe('training: {epochs: 5}');
  });

  test('knows what a network can have by its name, inherited or not', () => {
    expect(labels('architecture: {name: unet3d, |}')).toEqual(['features', 'levels', 'kernel_size']);
    expect(labels(`${INHERIT}architecture:\n  |`, WORLD)).toContain('deep_supervision');
    expect(labels(`${INHERIT}architecture:\n  deep|`, WORLD)).toContain('deep_supervision');
    expect(labels('architecture: {|')).toEqual(['name']);
  });

  test.each([
    'training:\n  batch_size: 2\n  epo|',
    'training: {batch_size: 2, |',
    'training: {batch_size: 2, epo|',
    'training:\n\tepo|',
    'training:\r\n  batch_size: 2\r\n  |\r\nname: x\r\n',
    'training:\n  batch_size: 2\n     |',
    'sampling: {crop_size: [3\ntraining:\n  |',
    '}{: bad\ntraining:\n  |',
    'training:\n  batch_size:\n  |',
    'training: {\n  |\n',
  ])('works in half-written YAML: %j', marked => {
    expect(labels(marked)).toContain('epochs');
  });

  test.each(['# |', 'name: x |', 'description: >\n  tex|', 'training: {} |'])(
    'offers nothing in %j',
    marked => {
      expect(labels(marked)).toEqual([]);
    },
  );
});

describe('completion of steps', () => {
  test('offers steps behind a dash, with what they need', () => {
    expect(labels('augmentation:\n  - |')).toContain('random_elastic');
    expect(chosen('augmentation:\n  - |', 'random_flip')).toBe(
      `augmentation:\n  - random_flip: { axes: [${choice('z,y,x')}] }`,
    );
    expect(chosen('preprocessing:\n  - res|', 'resample')).toBe(
      'preprocessing:\n  - resample: { spacing_mm: [$1, $2, $3] }',
    );
  });

  test('offers whole entries on an empty line below the list', () => {
    expect(labels('postprocessing:\n  |')).toContain('- largest_component');
    expect(chosen('augmentation:\n  - random_noise: {}\n  |', '- random_blur')).toBe(
      'augmentation:\n  - random_noise: {}\n  - random_blur: { $1 }',
    );
  });

  test('offers one step an entry, and its settings inside', () => {
    expect(labels('augmentation:\n  - random_flip: {axes: [x]}\n    |')).toEqual([]);
    expect(labels('augmentation:\n  - random_flip: {axes: [x], |}')).toEqual(['probability', 'from_epoch']);
    expect(labels('augmentation:\n  - random_flip:\n      |')).toEqual(['axes', 'probability', 'from_epoch']);
  });

  test('offers changes of an inherited list, and what there is to remove', () => {
    expect(labels(`${INHERIT}augmentation: {|}`, WORLD)).toEqual(['$append', '$remove']);
    expect(labels(`${INHERIT}augmentation:\n  $remove: [|]`, WORLD)).toEqual(['random_flip', 'random_noise']);
    expect(labels(`${INHERIT}augmentation:\n  $append:\n    - |`, WORLD)).toContain('random_blur');
  });
});

describe('completion of values', () => {
  test('offers choices', () => {
    expect(labels('training: {precision: |}')).toEqual(['auto', 'float32', 'bfloat16', 'float16']);
    expect(labels('architecture:\n  deep_supervision: |')).toEqual([]);
    expect(labels('architecture:\n  name: plain_unet\n  deep_supervision: |')).toEqual(['true', 'false']);
    expect(labels('architecture: {name: |, levels: 3}')).toContain('residual_unet');
    expect(labels('loss:\n  name: mixture\n  components:\n    - name: |')).toEqual([
      'soft_dice',
      'cross_entropy',
      'focal',
      'plugin',
    ]);
    expect(labels('augmentation: [random_flip: {axes: [x, |]}]')).toEqual(['z', 'y']);
    expect(labels('preprocessing:\n  - normalize: {method: |}')).toContain('ct-window');
  });

  test('writes a blank behind the colon, and keeps quotes', () => {
    expect(chosen('training:\n  precision:|', 'float32')).toBe('training:\n  precision: float32');
    expect(chosen('training: {precision: "fl|"}', 'float32')).toBe('training: {precision: "float32"}');
  });

  test('offers defaults and outlines', () => {
    expect(labels('training: {epochs: |}')).toEqual(['100']);
    expect(labels('optimizer: {name: adam, betas: |}')).toEqual(['[0.9, 0.999]']);
    expect(chosen('sampling:\n  crop_size: |', '[, , ]')).toBe('sampling:\n  crop_size: [$1, $2, $3]');
  });

  test('offers presets and files of the workspace to extend, but none twice or in a circle', () => {
    const files = {
      'base.innereye.yaml': BASE,
      'child.innereye.yaml': 'extends: ./main.innereye.yaml\n',
    };
    const found = labels('extends: |', { files });
    expect(found[0]).toBe('./base.innereye.yaml');
    expect(found).toContain('innereye/lung');
    expect(found).not.toContain('./child.innereye.yaml');
    expect(found).not.toContain('./main.innereye.yaml');
    expect(labels('extends: [./base.innereye.yaml, |]', { files })).not.toContain('./base.innereye.yaml');
    expect(chosen('extends:\n  - ./ba|', './base.innereye.yaml', { files })).toBe(
      'extends:\n  - ./base.innereye.yaml',
    );
  });

  test('offers structures wherever one is named', () => {
    const steps = `${INHERIT}postprocessing:\n`;
    const both = ['liver', 'left kidney'];
    expect(labels(`${steps}  - largest_component: {structures: [|]}`, WORLD)).toEqual(both);
    expect(labels(`${steps}  - largest_component: {structures: [liver, |]}`, WORLD)).toEqual(['left kidney']);
    expect(labels(`${steps}  - largest_component:\n      structures:\n        - |`, WORLD)).toEqual(both);
    expect(labels(`${steps}  - summed_probability: {first: |}`, WORLD)).toEqual(both);
    expect(labels(`${steps}  - slice_exclusion:\n      lower: l|`, WORLD)).toEqual(both);
  });

  test('offers columns of the csv wherever a task of subjects names one', () => {
    const dataset = {
      subjects: 3,
      columns: ['subject', 'age', 'sex', 'scan', 'ill'],
      channels: [],
      structures: [],
    };
    const table = 'task: classification\ndataset:\n  path: ./d\n';
    const columns = dataset.columns;
    expect(labels(`${table}  features: {numerical: [|]}`, { dataset })).toEqual(columns);
    expect(labels(`${table}  features: {numerical: [age, |]}`, { dataset })).toEqual([
      'subject',
      'sex',
      'scan',
      'ill',
    ]);
    expect(labels(`${table}  targets: {column: |}`, { dataset })).toEqual(columns);
    expect(labels(`${table}  channels: [|]`, { dataset })).toEqual(columns);
    expect(labels(`${table}  splits: {stratify_by: |}`, { dataset })).toEqual(columns);
    const visits = table.replace('classification', 'sequence');
    expect(labels(`${visits}  sequence: {column: |}`, { dataset })).toEqual(columns);
    expect(labels(`${visits}  sequence: {|}`, { dataset })).toContain('target_positions');
  });

  test('offers channels, structures and columns of the data set', () => {
    expect(labels(`${INHERIT}dataset: {channels: [|]}`, WORLD)).toEqual(WORLD.dataset?.channels);
    expect(labels(`${INHERIT}dataset: {mask: |}`, WORLD)).toContain('heart');
    expect(labels(`${INHERIT}dataset: {splits: {group_by: |}}`, WORLD)).toEqual([
      'subject',
      'filePath',
      'channel',
      'institutionId',
    ]);
    expect(labels('dataset:\n  path: ./d\n  channels: [ct]\n  structures:\n    - name: |', WORLD)).toEqual([
      'pet',
      'liver',
      'left kidney',
      'heart',
    ]);
    expect(labels(`${INHERIT}preprocessing:\n  - normalize:\n      |`, WORLD)).toEqual([
      'method',
      'ct',
      'pet',
    ]);
    const structures = [
      { name: 'anterior', label: 1 },
      { name: 'posterior', label: 2 },
    ];
    const dataset = { subjects: 1, columns: [], channels: ['mri'], structures };
    const json = 'dataset:\n  path: ./d\n  structures: [{name: ';
    expect(labels(`${json}|`, { dataset })).toEqual(['anterior', 'posterior']);
    expect(labels(`${json}anterior, label: |`, { dataset })).toEqual(['1', '2']);
  });

  test('offers files and folders, level by level', () => {
    const folders = {
      '/c': ['data/', 'other.csv', 'net.ts', 'types.d.ts', 'notes.md', '.git/'],
      '/c/data': ['hippocampus/', 'splits.csv'],
    };
    expect(labels('plugins: [|]', { folders })).toEqual(['./net.ts', './data/', '../']);
    expect(labels('dataset: {path: ./data/|}', { folders })).toEqual(['splits.csv', 'hippocampus/']);
    expect(chosen('dataset: {path: ./data/hip|}', 'hippocampus/', { folders })).toBe(
      'dataset: {path: ./data/hippocampus/}',
    );
    expect(labels('dataset:\n  splits:\n    file: |', { folders })).toEqual([
      './other.csv',
      './data/',
      '../',
    ]);
  });

  test('offers what plugins export', () => {
    const location = { file: '/c/p.ts', start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };
    const plugins = {
      '/c/p.ts': [
        { kind: 'architecture' as const, name: 'my_net', location },
        { kind: 'transform' as const, name: 'clamp', location },
        { kind: 'metric' as const, name: 'volume', location },
      ],
    };
    const list = 'plugins: [./p.ts]\n';
    expect(labels(`${list}architecture: {name: plugin, definition: |}`, { plugins })).toEqual(['my_net']);
    expect(labels(`${list}preprocessing:\n  - plugin: {name: |}`, { plugins })).toEqual(['clamp']);
    expect(labels(`${list}evaluation: {metrics: [|]}`, { plugins })).toEqual(['volume']);
  });

  test('writes plain text for editors without snippets', () => {
    const { document, position, readers } = atCursor('augmentation:\n  - |');
    const flip = completion(document, position, readers, false).find(({ label }) => label === 'random_flip');
    expect(flip?.textEdit?.newText).toBe('random_flip: { axes: [z] }');
  });
});
