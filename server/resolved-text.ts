import { basename, dirname } from 'node:path';
import { describeOrigin } from '../src/config/list-settings.ts';
import type { PartialConfiguration } from '../src/config/resolve-configuration.ts';
import { keysOf, schemaAt } from '../src/config/schema/lookup.ts';
import { formatPath, type Path, plainValue } from '../src/config/tree.ts';
import { flowText, nameText } from './yaml-text.ts';

/** A configuration with everything it inherits, a setting a line. */
export interface ResolvedText {
  readonly text: string;
  /** For each line the path of its setting, such as `training.epochs`; undefined for comments. */
  readonly paths: readonly (string | undefined)[];
}

interface Line {
  readonly text: string;
  readonly path?: Path;
  /** Whether its value stands in the line, not in those below. */
  readonly leaf?: boolean;
}

/** Comments are not moved further to the right by longer lines. */
const COMMENT_COLUMN = 56;

/** Every setting with the place that it comes from as a comment. */
export function resolvedText(configuration: PartialConfiguration): ResolvedText {
  const { file, origins } = configuration;
  const lines = linesOf(configuration);
  const width = Math.min(COMMENT_COLUMN, Math.max(0, ...lines.map(({ text }) => text.length)));
  const commented = lines.map(({ text, path, leaf }) => {
    if (path === undefined || leaf !== true) return text;
    return `${text.padEnd(width)}  # ${describeOrigin(origins.get(formatPath(path)), dirname(file))}`;
  });
  const header = headerOf(configuration);
  return {
    text: `${[...header, ...commented].join('\n')}\n`,
    paths: [...header.map(() => undefined), ...lines.map(({ path }) => path && formatPath(path))],
  };
}

/** What a configuration means and nothing else: two that mean the same give the same text. */
export function meaningText(configuration: PartialConfiguration): ResolvedText {
  const lines = linesOf(configuration);
  return {
    text: `${lines.map(({ text }) => text).join('\n')}\n`,
    paths: lines.map(({ path }) => path && formatPath(path)),
  };
}

function headerOf({ file, settings, diagnostics }: PartialConfiguration): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const title = `# Everything that ${basename(file)} says, inherits or leaves at its default.`;
  if (errors.length === 0) return [title];
  const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
  const consequence =
    settings === undefined
      ? 'without defaults, because it is incomplete'
      : 'faulty settings have their defaults';
  const told = errors.slice(0, 5).map(({ message }) => `# - ${message.replace(/\s+/g, ' ')}`);
  return [title, `# It has ${count}; ${consequence}:`, ...told];
}

function linesOf({ settings, tree }: PartialConfiguration): Line[] {
  const value = settings ?? (tree === undefined ? {} : plainValue(tree));
  const lines = linesIn(value, value, [], '');
  return lines.length === 0 ? [{ text: '{}' }] : lines;
}

function linesIn(value: unknown, root: unknown, path: Path, indent: string): Line[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inner = [...path, index];
      if (isLeaf(item)) return [{ text: `${indent}- ${flowText(item)}`, path: inner, leaf: true }];
      const [first, ...rest] = linesIn(item, root, inner, `${indent}  `);
      return [{ ...first, text: `${indent}- ${first.text.slice(indent.length + 2)}` }, ...rest];
    });
  }
  const map = value as Readonly<Record<string, unknown>>;
  return inOrder(map, root, path).flatMap(key => {
    const inner = [...path, key];
    const child = map[key];
    const name = `${indent}${nameText(key)}:`;
    if (isLeaf(child)) return [{ text: `${name} ${flowText(child)}`, path: inner, leaf: true }];
    return [{ text: name, path: inner }, ...linesIn(child, root, inner, `${indent}  `)];
  });
}

/** What is written on one line: scalars, lists of scalars, and what is empty. */
function isLeaf(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const held = Object.values(value);
  return held.length === 0 || (Array.isArray(value) && held.every(item => typeof item !== 'object'));
}

/** Keys in the order of the schema; those that it does not know, such as tags, by the alphabet. */
function inOrder(map: Readonly<Record<string, unknown>>, root: unknown, path: Path): string[] {
  const given = Object.keys(map).filter(key => map[key] !== undefined);
  const known = keysOf(schemaAt(root, path), map).filter(key => given.includes(key));
  return [...known, ...given.filter(key => !known.includes(key)).sort()];
}
