import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type AzureChoice, changesForAzure } from './azure-section.ts';

function changed(text: string, choice: AzureChoice): string | undefined {
  const changes = changesForAzure(text, choice);
  return changes
    ?.toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: added }) => now.slice(0, start) + added + now.slice(end), text);
}

const CHOICE = { subscription: '00000000-0000-4000-8000-000000000001', workspace: 'w', cluster: 'gpu' };

describe('the section azure', () => {
  it('is added at the end, in lines', () => {
    expect(changed('name: a # mine', CHOICE)).toBe(
      'name: a # mine\nazure:\n  subscription: 00000000-0000-4000-8000-000000000001\n  workspace: w\n  cluster: gpu\n',
    );
  });

  it('keeps what else stands in it, and comments', () => {
    const text = 'azure:\n  # ours\n  workspace: old # since May\n  time_limit: 12h\nname: a\n';
    expect(changed(text, { workspace: 'w', cluster: 'gpu' })).toBe(
      'azure:\n  # ours\n  cluster: gpu\n  workspace: w # since May\n  time_limit: 12h\nname: a\n',
    );
    expect(changed('azure: { workspace: old, nodes: 2 }\n', { workspace: 'w', cluster: 'gpu' })).toBe(
      'azure: { cluster: gpu, workspace: w, nodes: 2 }\n',
    );
  });

  it('that has the values already is left alone', () => {
    expect(changesForAzure('azure: { cluster: gpu }', { cluster: 'gpu' })).toEqual([]);
  });

  it.each([
    ['', undefined],
    ['# nothing yet\n', undefined],
    ['azure:\nname: a\n', 'a'],
    ['azure: {}\nname: a\n', 'a'],
    ['azure: null\nname: a\n', 'a'],
    ['azure: {\n  workspace: x }\nname: a\n', 'a'],
  ])('of %j has the values afterwards', (text, name) => {
    const now = parse(changed(text, CHOICE)!);
    expect(now.azure).toMatchObject(CHOICE);
    expect(now.name).toBe(name);
  });

  it('has whatever value was chosen, and the rest of the file as before', () => {
    const value = fc.string({ minLength: 1, maxLength: 12 });
    const others = fc.dictionary(fc.stringMatching(/^[a-z]{2,6}$/), fc.oneof(fc.integer(), value));
    fc.assert(
      fc.property(others, others, value, (before, section, chosen) => {
        const rest = { ...before };
        delete rest.azure;
        const lines = (values: object, indent: string) =>
          Object.entries(values).map(([key, one]) => `${indent}${key}: ${JSON.stringify(one)}\n`);
        const text = `${lines(rest, '').join('')}azure:\n${lines({ nodes: 1, ...section }, '  ').join('')}`;
        const now = parse(changed(text, { workspace: chosen })!);
        expect(now).toEqual({ ...rest, azure: { nodes: 1, ...section, workspace: chosen } });
      }),
    );
  });
});
