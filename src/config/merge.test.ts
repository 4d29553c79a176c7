import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from './document.ts';
import { settleEdits, withEdits } from './edits.ts';
import { merge } from './merge.ts';
import { plainValue, type TreeNode } from './tree.ts';

const tree = (value: unknown): TreeNode =>
  withEdits(readDocument('/c/a.yaml', JSON.stringify(value)).root!, () => {
    throw new Error('a faulty edit');
  });
const settled = (node: TreeNode) =>
  plainValue(
    settleEdits(
      node,
      () => [],
      () => {},
    ),
  );
const merged = (...values: unknown[]) =>
  settled(values.map(tree).reduce((below, above) => merge(below, above, () => {})));

describe('merging', () => {
  it('merges maps and replaces scalars and lists', () => {
    expect(merged({ a: { x: 1, y: 2 }, l: [1, 2] }, { a: { y: 3 }, l: [4] })).toEqual({
      a: { x: 1, y: 3 },
      l: [4],
    });
  });

  it('takes an inherited value back with null', () => {
    expect(merged({ a: { x: 1, y: 2 } }, { a: { x: null } })).toEqual({ a: { y: 2 } });
  });

  it('appends to and removes from an inherited list', () => {
    const steps = [{ random_flip: { axes: ['x'] } }, { random_noise: {} }];
    expect(merged({ l: [1, 2, 3] }, { l: { $remove: [2], $append: [4] } })).toEqual({ l: [1, 3, 4] });
    expect(merged({ l: steps }, { l: { $remove: ['random_flip'] } })).toEqual({ l: [{ random_noise: {} }] });
    expect(merged({ l: [{ name: 'a' }, { name: 'b' }] }, { l: { $remove: ['a'] } })).toEqual({
      l: [{ name: 'b' }],
    });
    expect(merged({ l: steps }, { l: { $remove: [{ random_noise: {} }] } })).toEqual({ l: [steps[0]] });
  });

  it('keeps edits of a mixin until it meets a list', () => {
    expect(merged({ l: { $append: [2] } }, { l: { $append: [3], $remove: [1] } })).toEqual({ l: [2, 3] });
    const mixin = merge(tree({ l: { $append: [2] } }), tree({ l: { $append: [3] } }), () => {});
    expect(settled(merge(tree({ l: [1] }), mixin, () => {}))).toEqual({ l: [1, 2, 3] });
  });

  it('starts anew where a map names another kind', () => {
    expect(
      merged({ architecture: { name: 'basic', features: [1] } }, { architecture: { name: 'unet3d' } }),
    ).toEqual({ architecture: { name: 'unet3d' } });
    expect(
      merged({ architecture: { name: 'unet3d', levels: 3 } }, { architecture: { features: 8 } }),
    ).toEqual({ architecture: { name: 'unet3d', levels: 3, features: 8 } });
    expect(
      merged({ lr: { distribution: 'uniform', low: 0 } }, { lr: { distribution: 'choice', values: [1] } }),
    ).toEqual({ lr: { distribution: 'choice', values: [1] } });
    expect(merged({ algorithm: { name: 'tpe', candidates: 2 } }, { algorithm: { name: 'grid' } })).toEqual({
      algorithm: { name: 'grid' },
    });
  });

  it('says what is wrong with an edit', () => {
    const reports: string[] = [];
    const say = ({ code }: { code: string }) => reports.push(code);
    merge(tree({ l: [1] }), tree({ l: { $remove: [7] } }), say);
    merge(tree({ l: 1 }), tree({ l: { $append: [7] } }), say);
    withEdits(readDocument('/c/a.yaml', 'l: {$append: 3, $ad: [1]}').root!, say);
    expect(reports).toEqual(['nothing-to-remove', 'edit-of-no-list', 'bad-edit', 'bad-edit']);
  });
});

describe('laws of merging', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'architecture', 'name');
  const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('x', 'y'));
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const map = fc.dictionary(key, value, { maxKeys: 5 });
  // Of the same shape everywhere: maps of maps of lists or edits, so that nothing replaces another kind of node.
  const list = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  const editOrList = fc.oneof(
    list,
    fc.record({ $append: list }),
    fc.record({ $remove: list, $append: list }),
  );
  const uniform = fc.dictionary(key, fc.dictionary(fc.constantFrom('p', 'q'), editOrList, { maxKeys: 2 }));

  it('an empty map changes nothing, above or below', () => {
    fc.assert(
      fc.property(map, one => {
        expect(merged({}, one)).toEqual(merged(one));
        expect(merged(one, {})).toEqual(merged(one));
      }),
    );
  });

  it('a value laid over itself stays as it is', () => {
    fc.assert(
      fc.property(map, one => {
        expect(merged(one, one)).toEqual(merged(one));
      }),
    );
  });

  it('what the upper one says last is what counts', () => {
    fc.assert(
      fc.property(map, map, (lower, upper) => {
        const result = merged(lower, upper) as Record<string, unknown>;
        for (const [name, given] of Object.entries(upper)) {
          if (typeof given !== 'object' || Array.isArray(given)) expect(result[name]).toEqual(given);
        }
        for (const name of Object.keys(lower)) expect(Object.keys(result)).toContain(name);
      }),
    );
  });

  it('does not depend on which neighbours are merged first', () => {
    fc.assert(
      fc.property(uniform, uniform, uniform, (a, b, c) => {
        const left = merge(
          merge(tree(a), tree(b), () => {}),
          tree(c),
          () => {},
        );
        const right = merge(
          tree(a),
          merge(tree(b), tree(c), () => {}),
          () => {},
        );
        expect(settled(left)).toEqual(settled(right));
      }),
    );
  });
});
