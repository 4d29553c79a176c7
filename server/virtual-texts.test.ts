import { describe, expect, test } from 'vitest';
import { presetText } from '../src/config/presets/presets.ts';
import { MINIMAL } from '../src/config/resolve-texts.ts';
import { compare } from './compare.ts';
import { readersOf } from './testing/at-cursor.ts';
import { originDefinition, originLinks, VirtualTexts } from './virtual-texts.ts';

const FILES = {
  'base.innereye.yaml': MINIMAL,
  'child.innereye.yaml': 'extends: ./base.innereye.yaml\ntraining: {epochs: 7}\n',
};
const CHILD = 'innereye-resolved:/c/child.innereye.yaml';

function lineOf(text: string, start: string): string {
  return text.split('\n').find(line => line.trim().startsWith(start)) ?? `no line ${start}`;
}

describe('virtual texts', () => {
  test('are presets, word for word', () => {
    const texts = new VirtualTexts(readersOf({}));
    expect(texts.text('innereye-preset:/innereye/lung.innereye.yaml')).toBe(
      presetText('preset:innereye/lung'),
    );
    expect(texts.text('innereye-preset:/innereye/none.innereye.yaml')).toBeNull();
  });

  test('are resolved configurations with the origin of every value', () => {
    const text = new VirtualTexts(readersOf(FILES)).text(CHILD)!;
    expect(lineOf(text, 'epochs:')).toMatch(/^ {2}epochs: 7 +# child\.innereye\.yaml:2:20$/);
    expect(lineOf(text, 'crop_size:')).toMatch(/\[32, 32, 32\] +# base\.innereye\.yaml:6:23$/);
    expect(lineOf(text, 'batch_size:')).toMatch(/^ {2}batch_size: 2 +# default$/);
    expect(lineOf(text, '- name: liver')).toMatch(/# base\.innereye\.yaml:5:23$/);
  });

  test('say the settings again, so that resolving them gives the same', () => {
    const readers = readersOf({ 'lung.innereye.yaml': 'extends: innereye/lung\ndataset: {path: /d}\n' });
    const text = new VirtualTexts(readers).text('innereye-resolved:/c/lung.innereye.yaml')!;
    const again = readersOf({ 'lung.innereye.yaml': text });
    const { settings } = readers.resolve('/c/lung.innereye.yaml');
    expect(settings).toBeDefined();
    expect(again.resolve('/c/lung.innereye.yaml').settings).toEqual(settings);
  });

  test('say what is wrong, and show what there is', () => {
    const readers = readersOf({ 'a.innereye.yaml': 'task: segmentation\ntraining: {epochs: 3}\n' });
    const text = new VirtualTexts(readers).text('innereye-resolved:/c/a.innereye.yaml')!;
    expect(text).toMatch(/^# It has \d+ errors; without defaults/m);
    expect(text).toMatch(/^ {2}epochs: 3 +# a\.innereye\.yaml:2:20$/m);
    expect(
      new VirtualTexts(readersOf({ 'a.innereye.yaml': '' })).text('innereye-resolved:/c/a.innereye.yaml'),
    ).toContain('{}');
  });

  test('tell when a base has changed', () => {
    const files: Record<string, string> = { ...FILES };
    const texts = new VirtualTexts(readersOf(files));
    texts.text(CHILD);
    expect(texts.changed()).toEqual([]);
    files['base.innereye.yaml'] += 'optimizer: {name: sgd, learning_rate: 0.5}\n';
    expect(texts.changed()).toEqual([CHILD]);
    texts.text(CHILD);
    expect(texts.changed()).toEqual([]);
  });

  test('lead from a value to its origin', () => {
    const readers = readersOf(FILES);
    const lines = new VirtualTexts(readers).text(CHILD)!.split('\n');
    const at = (start: string) => ({
      line: lines.findIndex(line => line.trim().startsWith(start)),
      character: 5,
    });
    expect(originDefinition(CHILD, at('crop_size'), readers)).toMatchObject([
      { targetUri: 'file:///c/base.innereye.yaml', targetRange: { start: { line: 5, character: 11 } } },
    ]);
    expect(originDefinition(CHILD, at('batch_size'), readers)).toEqual([]);
    const link = originLinks(CHILD, readers).find(({ range }) => range.start.line === at('epochs').line);
    expect(link?.target).toBe('file:///c/child.innereye.yaml#L2,20');
    expect(lines[link!.range.start.line].slice(link!.range.start.character)).toBe('child.innereye.yaml:2:20');
  });
});

describe('compare', () => {
  const differ = (left: string, right: string) =>
    compare(
      'file:///c/a.innereye.yaml',
      'file:///c/b.innereye.yaml',
      readersOf({
        'a.innereye.yaml': `name: x\n${left}`,
        'b.innereye.yaml': `name: x\n${right}`,
        'base.innereye.yaml': MINIMAL,
      }),
    );

  test('finds nothing where only text, order, inheritance and written defaults differ', () => {
    const reordered = MINIMAL.split('\n').filter(Boolean);
    const training = 'training: {batch_size: 2} # the default\n';
    expect(differ(MINIMAL, 'extends: ./base.innereye.yaml\n')).toEqual([]);
    expect(
      differ(
        MINIMAL,
        `architecture:\n  levels: 3\n  name: unet3d\n${training}${reordered.slice(0, -1).join('\n')}\n`,
      ),
    ).toEqual([]);
  });

  test('names every setting that differs, with both values', () => {
    const steps = 'augmentation: [random_gamma: {}, random_blur: {}]\n';
    expect(
      differ(
        `${MINIMAL}training: {epochs: 3}\n${steps}`,
        `${MINIMAL}training: {gradient_clip_norm: 1}\naugmentation: [random_gamma: {probability: 1}]\n`,
      ),
    ).toEqual([
      { path: 'augmentation[0].random_gamma.probability', left: 0.3, right: 1 },
      {
        path: 'augmentation[1]',
        left: { random_blur: { probability: 0.1, from_epoch: 0, sigma_voxels: [0.5, 1] } },
      },
      { path: 'training.epochs', left: 3, right: 100 },
      { path: 'training.gradient_clip_norm', right: 1 },
    ]);
  });

  test('gives equal texts for equal meaning', () => {
    const readers = readersOf({
      'a.innereye.yaml': `${MINIMAL}name: x\ntags: {b: "1", a: "2"}\n`,
      'b.innereye.yaml': 'extends: ./c.innereye.yaml\ntags:\n  a: "2" # other order\n  b: "1"\n',
      'c.innereye.yaml': `name: x\n${MINIMAL}`,
    });
    const texts = new VirtualTexts(readers);
    const [a, b] = ['a', 'b'].map(name => texts.text(`innereye-resolved:/c/${name}.innereye.yaml?meaning`));
    expect(a).toContain('epochs: 100');
    expect(a).toBe(b);
  });

  test('refuses what is no file', () => {
    expect(() => compare('file:///c/none.yaml', 'file:///c/none.yaml', readersOf({}))).toThrow(
      'no such configuration',
    );
  });
});
