import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readDocument } from '../../src/config/document.ts';
import { presetNames, presetText } from '../../src/config/presets/presets.ts';
import { plainValue } from '../../src/config/tree.ts';
import { formatting } from './formatting.ts';

function format(text: string): string {
  const edits = formatting(readDocument('/c/x.innereye.yaml', text));
  return TextDocument.applyEdits(TextDocument.create('file:///c/x', 'innereye', 0, text), edits);
}

function comments(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(#.*)$/gm)].map(([, comment]) => comment.trim()).sort();
}

function valueIn(text: string): unknown {
  const { root } = readDocument('/c/x.innereye.yaml', text);
  return root === undefined ? null : plainValue(root);
}

describe('formatting', () => {
  test('indents by two, spaces tokens, and keeps comments, quotes and line breaks', () => {
    const text = `

# About.
dataset :
    channels:   [ct,pet ,  'mr']   # three
    # Both sides.
    structures:
    -   {name:   "left kidney",label: 1}
    -   name: liver


        # The larger one.
        label:   2
    # The end of the list.
task:    segmentation
postprocessing: [ ]
tags: { }
loss: {
          name: mixture,
      components: [ {name: focal}, # hard voxels
        {name: soft_dice} ]
  }

`;
    expect(format(text)).toBe(`# About.
dataset:
  channels: [ct, pet, 'mr']   # three
  # Both sides.
  structures:
    - { name: "left kidney", label: 1 }
    - name: liver

      # The larger one.
      label: 2
    # The end of the list.
task: segmentation
postprocessing: []
tags: {}
loss: {
  name: mixture,
  components: [{ name: focal }, # hard voxels
    { name: soft_dice }]
  }
`);
  });

  test('moves literals as a whole, and further lines of other scalars', () => {
    const text = `description: |
      A model
        of the liver,

      made here.
name: "two
         lines"
tags:
      a:   plain
              text
`;
    expect(format(text)).toBe(`description: |
  A model
    of the liver,

  made here.
name: "two
  lines"
tags:
  a: plain
    text
`);
  });

  test('keeps the ends of lines, anchors and aliases', () => {
    expect(format('a:\r\n    b: 1\r\n')).toBe('a:\r\n  b: 1\r\n');
    expect(format('a: &x   {b: 1}\nc:   *x\n')).toBe('a: &x { b: 1 }\nc: *x\n');
    expect(format('&k a:  1\n*k : 2\n')).toBe('&k a: 1\n*k : 2\n');
  });

  test('leaves broken files, several documents and odd syntax alone', () => {
    for (const text of [
      'a:  [',
      'a:  1\n  b:  2\n',
      'a:  1\n---\nb:  2\n',
      '? a\n:  b\n',
      'a: |2\n    x\n',
      '\ta:  1',
      '',
    ])
      expect(format(text)).toBe(text);
  });

  test('changes nothing in presets and examples, which are written so', () => {
    for (const name of presetNames()) {
      const text = presetText(`preset:${name}`)!;
      expect(format(text), name).toBe(text);
    }
    for (const file of readdirSync('examples').filter(name => name.endsWith('.innereye.yaml'))) {
      const text = readFileSync(`examples/${file}`, 'utf8');
      expect(format(text), file).toBe(text);
    }
  });

  test('never changes the value or a comment, and twice is once', () => {
    fc.assert(
      fc.property(yaml(), text => {
        const once = format(text);
        expect(valueIn(once)).toEqual(valueIn(text));
        expect(comments(once)).toEqual(comments(text));
        expect(format(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  test('never fails on arbitrary text', () => {
    const word = fc.constantFrom(
      'a',
      ':',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      ' #x',
      '|\n',
      '"',
      "'",
      '&b ',
      '*b',
      '? ',
      '\t',
      '\r\n',
      '---\n',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 40 }).map(words => words.join('')),
        text => {
          const once = format(text);
          expect(valueIn(once)).toEqual(valueIn(text));
          expect(format(once)).toBe(once);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

/** YAML as people write it: any indentation, spacing, comments and blank lines. */
function yaml(): fc.Arbitrary<string> {
  const scalar = fc.constantFrom(
    '1',
    '1e-3',
    'true',
    'null',
    'unet3d',
    '"a: b # c"',
    "'it''s'",
    'two words',
    '~',
    '-5',
    '[1,2 , 3]',
    '{a: 1,b:   [x,y]}',
    '{ }',
    '[]',
    '"a\n      b"',
    '|\n          text\n            more\n',
    '>-\n          folded\n\n          text',
  );
  const gap = fc.constantFrom('', '', '', '\n', '\n\n\n', '# top\n', '   # odd\n');
  const trail = fc.constantFrom('', '', '  ', ' # why', '    # so');
  const spaces = fc.constantFrom(' ', ' ', '   ');
  const step = fc.constantFrom(1, 2, 4);
  const { node } = fc.letrec<{ node: Node }>(tie => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar.map(text => ({ kind: 'scalar' as const, text })),
      fc.record({
        kind: fc.constant('map' as const),
        step,
        items: fc.array(fc.record({ gap, trail, spaces, value: tie('node') }), {
          minLength: 1,
          maxLength: 4,
        }),
      }),
      fc.record({
        kind: fc.constant('list' as const),
        step,
        items: fc.array(fc.record({ gap, trail, spaces, value: tie('node') }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    ),
  }));
  return node
    .map(root => write(root, 0))
    .filter(text => !readDocument('/c/x', text).diagnostics.some(({ code }) => code === 'syntax'));
}

type Node =
  | { kind: 'scalar'; text: string }
  | {
      kind: 'map' | 'list';
      step: number;
      items: readonly { gap: string; trail: string; spaces: string; value: Node }[];
    };

function write(node: Node, indent: number): string {
  if (node.kind === 'scalar') return node.text;
  const pad = ' '.repeat(indent);
  return node.items
    .map(({ gap, trail, spaces, value }, index) => {
      const mark = node.kind === 'map' ? `k${index}:` : '-';
      if (value.kind === 'scalar')
        return `${gap}${pad}${mark}${spaces}${value.text}${value.text.includes('\n') ? '\n' : `${trail}\n`}`;
      return `${gap}${pad}${mark}${trail}\n${write(value, indent + node.step)}`;
    })
    .join('');
}
