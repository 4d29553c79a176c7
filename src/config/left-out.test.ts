import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { without, writtenPath } from './left-out.ts';
import { MINIMAL, resolveTexts } from './resolve-texts.ts';
import { nodeAt, parsePath, plainValue } from './tree.ts';

describe('what is left out of settings', () => {
  it('leaves a way back from each entry to where it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.array(fc.nat(7), { maxLength: 8 }),
        (list, out) => {
          const entries = list.map((value, index) => ({ value, index, inner: [index] }));
          const left = out.map(index => ['a', index]);
          const { a } = without({ a: entries }, left) as { a: typeof entries };
          for (const [at, { index }] of a.entries())
            expect(writtenPath(['a', at, 'inner', 0], left)).toEqual(['a', index, 'inner', 0]);
        },
      ),
    );
  });

  it('does not move findings and origins behind a faulty entry to its neighbours', () => {
    const text = `${MINIMAL}augmentation:\n  - random_flop: {}\n  - random_flip: { axes: [x] }\n  - random_noise: { probability: 0.5 }\n`;
    const { tree, settings, origins } = resolveTexts({ a: text });
    expect(settings!.augmentation).toHaveLength(2);
    for (const [path, { location }] of origins) {
      if (!path.startsWith('augmentation[') || location === undefined) continue;
      expect(nodeAt(tree, parsePath(path))?.location, path).toEqual(location);
    }
    expect(origins.get('augmentation[2].random_noise.probability')?.location?.line).toBe(11);
    const plugins = resolveTexts({ a: `extends: ./b\nplugins:\n  - 3\n  - ./missing.ts\n`, b: MINIMAL });
    const found = plugins.diagnostics.find(({ code }) => code === 'missing-file')!;
    expect([found.path, found.location.line]).toEqual(['plugins[1]', 4]);
    expect(plainValue(nodeAt(plugins.tree, parsePath(found.path!))!)).toBe('./missing.ts');
  });
});
