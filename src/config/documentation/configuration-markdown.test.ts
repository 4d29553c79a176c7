import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveTexts } from '../resolve-texts.ts';
import { configurationMarkdown } from './configuration-markdown.ts';
import { LANGUAGE } from './language.ts';

const file = new URL('../../../docs/configuration.md', import.meta.url);

describe('docs/configuration.md', () => {
  const text = configurationMarkdown();

  it('is up to date (node scripts/configuration-docs.mjs)', () => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('has every key with its type and default', () => {
    expect(text).toContain('| `crop_size` | list of 3 (whole number, 1 or more) | **required** |');
    expect(text).toContain('| `epochs` | whole number, 1 or more | `100` |');
    expect(text).toContain('`preprocessing[].resample`');
    expect(text).toContain('`loss: {name: focal}`');
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('says of every key what it means', () => {
    const rows = text.split('\n').filter(line => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(row => row.endsWith('|  |'))).toEqual([]);
  });

  it('has examples that are valid', () => {
    const examples = [...LANGUAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml);
    expect(examples.length).toBeGreaterThanOrEqual(4);
    expect(resolveTexts({ a: examples[0] }).diagnostics).toEqual([]);
    for (const example of examples) expect(() => parse(example)).not.toThrow();
  });
});
