import { beforeEach, describe, expect, it } from 'vitest';
import type { TensorValue } from '../expressions/value.ts';
import { VariableStore } from './variable-store.ts';

const tensor = (shape: number[], data: number[]): TensorValue => ({
  kind: 'tensor',
  shape,
  dtype: 'float32',
  size: data.length,
  data: () => data,
});

describe('the store of variables', () => {
  let store: VariableStore;
  beforeEach(() => {
    store = new VariableStore();
  });

  it('gives the slices of a tensor a page at a time, with what names them in a watch', () => {
    const value = tensor([3, 2], [1, 2, 3, 4, 5, 6]);
    const shown = store.variable({ name: 'output', value: () => value, evaluateName: 'output' });
    expect(shown).toMatchObject({ type: 'tensor', indexed: 3, named: 9, volume: false });
    const page = store.variables(shown.reference, 'indexed', 1, 5);
    expect(page.map(({ name, evaluateName }) => [name, evaluateName])).toEqual([
      ['[1]', 'output[1]'],
      ['[2]', 'output[2]'],
    ]);
    expect(store.variables(page[1]!.reference, 'indexed').map(({ value: text }) => text)).toEqual(['5', '6']);
    const facts = store.variables(shown.reference, 'named');
    expect(facts).toHaveLength(9);
    expect(facts.find(({ name }) => name === 'mean')!.value).toBe('3.5');
  });

  it('names members so that a watch finds them, whatever they are called', () => {
    const values = new Map([
      ['image', () => 1],
      ['head/kernel', () => 2],
    ]);
    const shown = store.variable({ name: 'p', value: () => ({ kind: 'group', values }), evaluateName: 'p' });
    const parts = store.variables(shown.reference);
    expect(parts.map(({ evaluateName }) => evaluateName)).toEqual(['p.image', 'p["head/kernel"]']);
    expect(store.find(shown.reference, 'head/kernel')?.value()).toBe(2);
    expect(store.variables(shown.reference, 'indexed')).toEqual([]);
  });

  it('shows in its place what cannot be had, and nothing for numbers it does not know', () => {
    const refuse = () => {
      throw new Error('gone');
    };
    expect(store.variable({ name: 'x', value: refuse })).toEqual({
      name: 'x',
      value: '<gone>',
      reference: 0,
    });
    expect(store.variables(99)).toEqual([]);
    expect(store.find(99, 'x')).toBeUndefined();
  });

  it('says what can be set', () => {
    const settable = store.variable({ name: 'rate', value: () => 0.1, set: () => {} });
    expect([settable.settable, store.variable({ name: 'b', value: () => 1 }).settable]).toEqual([
      true,
      undefined,
    ]);
  });
});
