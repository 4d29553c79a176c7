import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_CHARACTERS, readDocument } from './document.ts';
import { nodeAt, plainValue } from './tree.ts';

const read = (text: string) => readDocument('/c/a.innereye.yaml', text);

describe('reading a document', () => {
  it('gives every value and key its range, with lines and columns from 1', () => {
    const { root } = read('a: 1\nlist:\n  - x: [3, "é😀", true]\n');
    const node = nodeAt(root, ['list', 0, 'x', 1])!;
    expect(node.location).toMatchObject({ line: 3, column: 12, endLine: 3, endColumn: 17 });
    expect(nodeAt(root, ['list', 0, 'x'])!.key).toMatchObject({ line: 3, column: 5, endColumn: 6 });
    expect(plainValue(root!)).toEqual({ a: 1, list: [{ x: [3, 'é😀', true] }] });
  });

  it('counts the same lines and columns with Windows line ends and a byte order mark', () => {
    const plain = nodeAt(read('a: 1\nb:\n  c: 2\n').root, ['b', 'c'])!.location;
    const windows = nodeAt(read('\uFEFFa: 1\r\nb:\r\n  c: 2\r\n').root, ['b', 'c'])!.location;
    expect([windows.line, windows.column, windows.endColumn]).toEqual([
      plain.line,
      plain.column,
      plain.endColumn,
    ]);
  });

  it('gives the tree of what it understands and a diagnostic for the rest', () => {
    const { root, diagnostics } = read(
      'training:\n  epochs: 5\n  batch_size: [1, 2\nloss: {name: soft_dice}\n',
    );
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'syntax' });
    expect(plainValue(nodeAt(root, ['training', 'epochs'])!)).toBe(5);
  });

  it('says of tabs that they cannot indent', () => {
    const { diagnostics } = read('training:\n\tepochs: 5\n');
    expect(diagnostics[0].message).toBe('a tab cannot indent YAML');
    expect(diagnostics[0].location.line).toBe(2);
  });

  it('says of a key that would be lost that it cannot be one', () => {
    const { diagnostics } = read('tags:\n  __proto__: x\n  a: y\n');
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'bad-key', location: { line: 2, column: 3 } },
    ]);
  });

  it('says where a second document begins, instead of leaving it out', () => {
    const { root, diagnostics } = read('---\na: 1\n# comment\n---\nb: 2\n');
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'syntax', location: { line: 4, column: 1, endLine: 4, endColumn: 4 } },
    ]);
    expect(diagnostics[0].message).toContain('second YAML document');
    expect(plainValue(root!)).toEqual({ a: 1 });
    expect(read('%YAML 1.2\n---\na: 1\n...\n').diagnostics).toEqual([]);
  });

  it.each([
    ['a: {b: 1, c: "}"\nd: 1\n', '{', 1, 4],
    ["a:\n  b: [1, '[', 2 # ]\n  c: 1\n", '[', 2, 6],
    ['a: [{b: 1}, {c: 2]', '{', 1, 13],
    ['a: [1, 2', '[', 1, 4],
  ])('points at the bracket that is not closed in %j', (text, bracket, line, column) => {
    expect(read(text).diagnostics[0]).toMatchObject({
      message: `the bracket \`${bracket}\` is not closed`,
      location: { line, column },
    });
  });

  it('says of a scan that it is no configuration', () => {
    expect(read('\u001f\ufffd\b\0\0x').diagnostics).toMatchObject([
      { message: 'the file is no configuration: it holds no text' },
    ]);
  });

  it('points at the second of two equal keys, and names the first', () => {
    const { diagnostics } = read('a: 1\nb: 2\na: 3\n');
    expect(diagnostics).toMatchObject([
      { code: 'duplicate-key', location: { line: 3 }, related: [{ location: { line: 1 } }] },
    ]);
  });

  it('expands aliases where they stand', () => {
    const { root, diagnostics } = read('a: &x {k: 1}\nb: *x\n');
    expect(diagnostics).toEqual([]);
    expect(plainValue(nodeAt(root, ['b', 'k'])!)).toBe(1);
    expect(nodeAt(root, ['b'])!.location.line).toBe(2);
  });

  it('stops at aliases that explode, that contain themselves, and at files that are no configuration', () => {
    const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`).join('\n')}`;
    expect(read(bomb).diagnostics.map(({ code }) => code)).toContain('too-large');
    expect(read('a: &a [*a]\n').diagnostics.map(({ code }) => code)).toContain('too-large');
    expect(read('x'.repeat(MAXIMUM_CHARACTERS + 1)).diagnostics).toMatchObject([{ code: 'file-not-read' }]);
    expect(read('['.repeat(100_000)).diagnostics).toMatchObject([{ code: 'file-not-read' }]);
    expect(read('- '.repeat(20_000)).diagnostics.length).toBeGreaterThan(0);
  });

  it('tells of a flood of faults only its beginning', () => {
    for (const text of ['\ta: 1\n'.repeat(20_000), 'a: 1\n'.repeat(20_000), '[a]: 1\n'.repeat(20_000)]) {
      expect(read(text).diagnostics.length).toBeLessThanOrEqual(100);
    }
  });

  it('never throws, whatever the text, and keeps every location inside it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a:',
        ' ',
        '\n',
        '\t',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '&a ',
        '*a',
        '!t ',
        '|\n',
        '>',
        '#',
        '?',
        '<<: ',
        '---\n',
        '😀',
        '\r\n',
        '\uFEFF',
        '$append',
        '1e-3',
        '%',
        '@',
        '`',
        '\0',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const text = pieces.join('');
        const { diagnostics, root } = read(text);
        for (const { location } of [...diagnostics, ...(root ? [root] : [])]) {
          expect(location.start).toBeGreaterThanOrEqual(0);
          expect(location.end).toBeLessThanOrEqual(text.length);
          expect(location.start).toBeLessThanOrEqual(location.end);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
