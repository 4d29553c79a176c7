import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MINIMAL, resolveTexts } from '../../src/config/resolve-texts.ts';
import { configurationJsonSchema, type SchemaNode } from '../../src/config/schema/json-schema.ts';
import { alternativesOf, stepNames } from '../../src/config/schema/lookup.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

/** The text of a snippet with every placeholder left as it is offered. */
function expanded(body: readonly string[]): string {
  return body
    .join('\n')
    .replace(/\$\{TM_FILENAME_BASE[^}]*\}/g, 'model')
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/(?<!\\)\$0/g, '')
    .replaceAll('\\$', '$');
}

describe('snippets', () => {
  const snippets = Object.entries(read('snippets.json') as Record<string, Snippet>);

  test('begin with words of their own', () => {
    const prefixes = snippets.map(([, { prefix }]) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  test.each(snippets)('%s is right as it is offered', (name, { prefix, body }) => {
    const text = expanded(body);
    expect(text).not.toContain('${');
    const texts = {
      innereye: text,
      extends: text.replace('./base.innereye.yaml', 'innereye/segmentation-unet3d'),
      structure: `extends: ./b\ndataset:\n  structures:\n${text.replace(/^(?=.)/gm, '    ')}`,
      append: `extends: ./b\naugmentation:\n${text.replace(/^(?=.)/gm, '  ')}`,
    };
    const whole = Object.hasOwn(texts, prefix)
      ? texts[prefix as keyof typeof texts]
      : `extends: ./b\n${text}`;
    const base = `${MINIMAL.replace('levels: 3', 'levels: 3, features: 8')}augmentation: [random_flip: { axes: [x] }]\n`;
    const { diagnostics } = resolveTexts({ a: whole, b: base });
    // A child of a preset has no data set yet.
    const told =
      prefix === 'extends' ? diagnostics.filter(({ code }) => code !== 'missing-key') : diagnostics;
    expect(
      told.map(({ message }) => message),
      name,
    ).toEqual([]);
  });
});

describe('grammar', () => {
  const { repository } = read('innereye.tmLanguage.json') as {
    repository: Record<string, { match: string }>;
  };
  const tasks = alternativesOf(configurationJsonSchema());
  const properties = Object.assign({}, ...tasks.map(task => task.properties)) as Record<string, SchemaNode>;

  test('knows every section and no other', () => {
    const [, listed] = /\(\?:([\w|]+)\)/.exec(repository.sections!.match)!;
    expect(listed.split('|').sort()).toEqual(Object.keys(properties).sort());
  });

  test('knows every step and no other', () => {
    const steps = ['preprocessing', 'augmentation', 'postprocessing'].flatMap(section => {
      const { items } = properties[section]!;
      return typeof items === 'object' ? stepNames(items) : [];
    });
    const [, listed] = /\(\?:([a-z_|]{20,})\)/.exec(repository.steps!.match)!;
    expect(listed.split('|').sort()).toEqual([...new Set(steps)].sort());
  });
});
