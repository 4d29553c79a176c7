import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentCache } from './document-cache.ts';
import { resolveConfiguration } from './resolve-configuration.ts';
import { resolveTexts } from './resolve-texts.ts';

/** Four levels with 600 lines together, as a team's tree of configurations might have. */
function largeTree(): Record<string, string> {
  const structures = Array.from(
    { length: 100 },
    (_, i) => `    - name: structure_${i}\n      label: ${i + 1}\n`,
  ).join('');
  const tags = (level: number, count: number) =>
    `tags:\n${Array.from({ length: count }, (_, i) => `  level_${level}_${i}: "value ${i}"\n`).join('')}`;
  const steps = Array.from({ length: 20 }, () => '  - random_noise:\n      probability: 0.1\n').join('');
  return {
    'child.yaml': `extends: ./two.yaml\n${tags(3, 150)}training:\n  epochs: 5\n  batch_size: 2\n`,
    'two.yaml': `extends: ./one.yaml\n${tags(2, 95)}augmentation:\n${steps}optimizer:\n  name: adamw\n`,
    'one.yaml': `extends: ./base.yaml\n${tags(1, 95)}architecture:\n  name: plain_unet\n  levels: 4\n`,
    'base.yaml': `task: segmentation\ndataset:\n  path: ./data\n  channels: [ct]\n  structures:\n${structures}sampling:\n  crop_size: [64, 64, 64]\narchitecture:\n  name: unet3d\n`,
  };
}

const PIECES = [
  '\n',
  '  ',
  '\t',
  '- ',
  ': ',
  '[',
  '{',
  '}',
  ']',
  '"',
  '#',
  '&a ',
  '*a',
  '😀',
  '\r\n',
  'extends: ./child.yaml\n',
  'extends: [./two.yaml, innereye/lung]\n',
  '$append',
  '__proto__: {}',
  'constructor: 1\n',
  'name: basic',
  '.inf',
  '1e999',
  'null',
  '0x10',
  'training:\n',
];

describe('resolving while someone types', () => {
  it('never throws, whatever is cut, pasted or half-written, and afterwards answers as a fresh one does', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(60),
      paste: fc.constantFrom('', ...PIECES),
    });
    const original = largeTree();
    const texts = { ...original };
    const context = {
      sources: documentCache(file => texts[file.slice(3)]),
      workingDirectory: '/c',
      exists: () => true,
      memoryBytes: 1e12,
    };
    const before = resolveConfiguration('/c/child.yaml', context);
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(texts)),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (file, edits) => {
          let text = original[file];
          for (const { at, cut, paste } of edits) {
            const start = Math.floor(at * text.length);
            text = text.slice(0, start) + paste + text.slice(start + cut);
          }
          texts[file] = text;
          const { diagnostics } = resolveConfiguration('/c/child.yaml', context);
          texts[file] = original[file];
          for (const { location, message } of diagnostics) {
            expect(location.end).toBeGreaterThanOrEqual(location.start);
            expect(message).not.toMatch(/undefined|\[object/);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(resolveConfiguration('/c/child.yaml', context)).toEqual(before);
  });

  it('takes no key that means something to JavaScript for one of its own', () => {
    const { diagnostics } = resolveTexts({
      a: '__proto__: {x: 1}\nconstructor: 3\ntoString: 4\nhasOwnProperty: 5\n',
    });
    const unknown = diagnostics.map(({ code, message }) => `${code}: ${message}`);
    expect(unknown).toEqual(
      expect.arrayContaining([
        'bad-key: `__proto__` cannot be the name of anything',
        ...['constructor', 'toString', 'hasOwnProperty'].map(
          key => `unknown-key: unknown key \`${key}\` in a configuration`,
        ),
      ]),
    );
  });

  it('takes under 15 ms for 600 lines in four levels after a key stroke', () => {
    const texts = largeTree();
    const lines = Object.values(texts).join('').split('\n').length;
    expect(lines).toBeGreaterThan(600);
    const context = {
      sources: documentCache(file => texts[file.slice(3)]),
      workingDirectory: '/c',
      exists: () => true,
      memoryBytes: 1e12,
    };
    const times = Array.from({ length: 60 }, (_, index) => {
      texts['child.yaml'] = texts['child.yaml'].replace(/epochs: \d+/, `epochs: ${index + 1}`);
      const start = performance.now();
      const { settings, diagnostics } = resolveConfiguration('/c/child.yaml', context);
      const time = performance.now() - start;
      expect(settings?.training.epochs).toBe(index + 1);
      expect(diagnostics).toEqual([]);
      return time;
    });
    // The quickest tenth: the machine is shared, and other work on it is not what is measured.
    const quick = times.sort((a, b) => a - b)[6];
    if (process.env.SHOW_TIMES)
      console.log(
        `resolving takes ${quick.toFixed(1)} ms, half of the times under ${times[30].toFixed(1)} ms`,
      );
    expect(quick).toBeLessThan(15);
  });
});
