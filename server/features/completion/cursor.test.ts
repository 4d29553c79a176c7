import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPath } from '../../../src/config/tree.ts';
import { cursorAt } from './cursor.ts';

/** `expects path "word"` at the cursor written as `|`. */
function at(marked: string): string {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return 'nothing';
  return `${cursor.expects} ${formatPath(cursor.path)} "${text.slice(cursor.start, cursor.end)}"`;
}

describe('the cursor in block YAML', () => {
  test.each([
    ['|', 'key  ""'],
    ['tra|', 'key  "tra"'],
    ['a: 1\ntra|', 'key  "tra"'],
    ['training:\n  |', 'key training ""'],
    ['training:\n  epochs: 5\n  b|\nsampling: {}', 'key training "b"'],
    ['training:\n  epochs: 5\n    b|', 'key training "b"'],
    ['training:\n    epochs: 5\n  b|', 'key training "b"'],
    ['training:\n\tep|', 'key training "ep"'],
    ['training:\r\n  ep|\r\nname: x', 'key training "ep"'],
    ['training:\r\n  |\r\nname: x', 'key training ""'],
    ['training:\n\n  # words\n  |', 'key training ""'],
    ['training: # words\n  |', 'key training ""'],
    ['training:\n  ep|ochs: 5', 'key training "epochs"'],
    ['training:\n  epochs: |', 'value training.epochs ""'],
    ['training:\n  epochs:|', 'value training.epochs ""'],
    ['training:\n  precision: flo|\n', 'value training.precision "flo"'],
    ['training:\n  precision: "flo|"\n', 'value training.precision "flo"'],
    ['training: &a\n  precision: fl|at', 'value training.precision "flat"'],
    ['extends: ./ba|', 'value extends "./ba"'],
    ['extends:\n  - ./ba|', 'entry extends[0] "./ba"'],
    ['extends:\n- a\n- |', 'entry extends[1] ""'],
    ['augmentation:\n  - |', 'entry augmentation[0] ""'],
    ['augmentation:\n  - random_flip: {axes: [x]}\n  - ra|', 'entry augmentation[1] "ra"'],
    ['augmentation:\n  - random_flip: {axes: [x]}\n  |', 'key augmentation ""'],
    ['augmentation:\n  - random_flip:\n      |', 'key augmentation[0].random_flip ""'],
    ['augmentation:\n- random_flip:\n    axes: [x]\n- |', 'entry augmentation[1] ""'],
    ['augmentation:\n- random_flip:\n    axes: [x]\n|', 'key  ""'],
    ['dataset:\n  structures:\n    - name: a\n      |', 'key dataset.structures[0] ""'],
    ['dataset:\n  structures:\n    - name: a\n    - name: b\n      la|: 3', 'key dataset.structures[1] "la"'],
    ['augmentation:\n  $append:\n    - |', 'entry augmentation.$append[0] ""'],
    ['a: 1 |', 'nothing'],
    ['a: 1 # wo|', 'nothing'],
    ['# wo|', 'nothing'],
    ['description: |2\n', 'value description ""'],
  ])('%j is %s', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  test('is nowhere in block text, and found again behind it', () => {
    const text = 'description: >\n  some: text\n  more\nname: x\n';
    expect(cursorAt(text, text.indexOf('text'))).toBeUndefined();
    expect(cursorAt(text, text.indexOf('name') + 2)).toMatchObject({ expects: 'key', path: [] });
  });
});

describe('the cursor in flow YAML', () => {
  test.each([
    ['training: {|', 'key training ""'],
    ['training: {|}', 'key training ""'],
    ['training: {ep|', 'key training "ep"'],
    ['training: {ep|ochs: 5}', 'key training "epochs"'],
    ['training: {epochs: 5, |}', 'key training ""'],
    ['training: {epochs: |', 'value training.epochs ""'],
    ['architecture: {name: un|, levels: 3}', 'value architecture.name "un"'],
    ['architecture: {name: "un|", levels: 3}', 'value architecture.name "un"'],
    ['sampling: {crop_size: [64, |', 'entry sampling.crop_size[1] ""'],
    ['sampling: {crop_size: [64, 64, 64], |', 'key sampling ""'],
    ['sampling: {crop_size: [64\ntraining:\n  |', 'key training ""'],
    ['sampling: {crop_size: [64,\n  |', 'entry sampling.crop_size[1] ""'],
    ['sampling:\n  {\n    crop_size: |\n  }', 'value sampling.crop_size ""'],
    ['augmentation: [random_flip: {|}]', 'key augmentation[0].random_flip ""'],
    ['augmentation: [{random_flip: {axes: [x]}}, {|}]', 'key augmentation[1] ""'],
    [
      'postprocessing:\n  - largest_component: {structures: [a, |]}',
      'entry postprocessing[0].largest_component.structures[1] ""',
    ],
    ['loss: {name: mixture, components: [{name: |', 'value loss.components[0].name ""'],
    ['- {name: x, |', 'key [0] ""'],
    ['training: {} |', 'nothing'],
    ['training: {} # |', 'nothing'],
    ['training: { # |', 'nothing'],
    ['training: {epochs: 5}\nsam|', 'key  "sam"'],
    ['a: {"b, c": {|', 'key a["b, c"] ""'],
  ])('%j is %s', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });
});

test('the cursor is found, or not, in any text', () => {
  const piece = fc.constantFrom(
    ...['\n', '  ', '\t', '- ', ': ', '[', '{', '}', ']', '"', "'", '#', ' #', '|', '>', '&a ', '*a', '😀'],
    ...['\r\n', 'key', 'a: b', ',', '---\n', 'extends: '],
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parts, at) => {
        const text = parts.join('');
        const offset = Math.floor(at * text.length);
        const cursor = cursorAt(text, offset);
        if (cursor === undefined) return;
        expect(cursor.start).toBeLessThanOrEqual(offset);
        expect(cursor.end).toBeGreaterThanOrEqual(offset);
        expect(text.slice(cursor.start, cursor.end)).not.toContain('\n');
      },
    ),
    { numRuns: 2000 },
  );
});

test('long lines and deep brackets take no time', () => {
  for (const text of [
    `a${' '.repeat(200_000)}`,
    '['.repeat(200_000),
    '- '.repeat(100_000),
    'a: '.repeat(60_000),
  ]) {
    const start = performance.now();
    cursorAt(text, text.length);
    expect(performance.now() - start, text.slice(0, 5)).toBeLessThan(5_000);
  }
});
