import { basename } from 'node:path';
import type { InlayHint, InlayHintLabelPart, Position, Range } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import {
  formatPath,
  type MapNode,
  nodeAt,
  type Path,
  plainValue,
  type TreeNode,
} from '../../src/config/tree.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { childrenOf, isInEdit } from '../node-at.ts';
import type { Readers } from '../readers.ts';
import { flowText } from '../yaml-text.ts';

/** Values told in a hint; the others are in its tooltip. */
const MOST_INHERITED = 4;
const MOST_DEFAULTS = 3;
/** Sections whose defaults are worth a look where the section is written without them. */
const WITH_DEFAULTS = new Set([
  'sampling',
  'architecture',
  'loss',
  'optimizer',
  'schedule',
  'training',
  'inference',
]);

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly node?: TreeNode;
}

/**
 * What cannot be seen in the file itself: behind a section what it inherits and which defaults hold, behind a change of
 * a list the list that comes of it, behind a null the default that it brings back.
 */
export function inlayHints(document: ParsedDocument, range: Range, readers: Readers): InlayHint[] {
  if (document.root?.kind !== 'map') return [];
  const { tree, settings } = readers.resolve(document.file);
  const hints: InlayHint[] = [];
  const visit = (node: TreeNode, path: Path): void => {
    for (const [part, child] of childrenOf(node)) {
      const inner = [...path, part];
      if (typeof part === 'number' || isInEdit(inner) || part === 'extends') continue;
      const at = placeOf(child);
      const merged = nodeAt(tree, inner);
      if (merged?.key?.file !== document.file) continue;
      const resolved = valueAt(settings, inner);
      const label =
        at.line < range.start.line || at.line > range.end.line
          ? undefined
          : hintFor(child, merged, resolved, inner, document.file);
      if (label !== undefined) hints.push({ position: at, paddingLeft: true, ...label });
      visit(child, inner);
    }
  };
  visit(document.root, []);
  return hints;
}

type Hint = Pick<InlayHint, 'label' | 'tooltip'>;

function hintFor(
  node: TreeNode,
  merged: TreeNode,
  value: unknown,
  path: Path,
  file: string,
): Hint | undefined {
  if (node.kind === 'scalar' && node.value === null && !node.empty && value !== undefined)
    return { label: `← default ${short(value)}` };
  if (node.kind !== 'map') return undefined;
  if ([...node.entries.keys()].some(key => key.startsWith('$')))
    return merged.kind === 'list'
      ? { label: `→ ${merged.items.map(entryName).join(', ') || 'empty'}` }
      : undefined;
  if (merged.kind !== 'map') return undefined;
  return sectionHint(merged, value, path, file);
}

/** `← base.innereye.yaml: features 16, levels 3 · default: kernel_size 3`. */
function sectionHint(merged: MapNode, value: unknown, path: Path, file: string): Hint | undefined {
  const inherited: Setting[] = [...merged.entries]
    .filter(([, node]) => node.location.file !== file && (node.key?.file ?? file) !== file)
    .map(([key, node]) => ({ key, value: plainValue(node), node }));
  const defaults: Setting[] = !WITH_DEFAULTS.has(formatPath(path))
    ? []
    : Object.entries((value ?? {}) as Record<string, unknown>)
        .filter(([key, child]) => child !== undefined && !merged.entries.has(key))
        .map(([key, child]) => ({ key, value: child }));
  const [first, second] = [inheritedParts(inherited), defaultParts(defaults)];
  const between = first.length > 0 && second.length > 0 ? [{ value: ' · ' }] : [];
  const label = [...first, ...between, ...second];
  if (label.length === 0) return undefined;
  const lines = [...inherited, ...defaults].map(({ key, value: own, node }) => {
    const place = node === undefined ? 'default' : `${nameOf(node.location.file)}:${node.location.line}`;
    return `- \`${key}: ${flowText(own)}\` ${place}`;
  });
  return { label, tooltip: { kind: 'markdown', value: lines.join('\n') } };
}

function inheritedParts(settings: readonly Setting[]): InlayHintLabelPart[] {
  const told = settings.slice(0, MOST_INHERITED);
  const files = [...new Set(told.map(({ node }) => node!.location.file))];
  const parts = files.flatMap((file, index): InlayHintLabelPart[] => {
    const here = told.filter(({ node }) => node!.location.file === file);
    const { key, location } = here[0].node!;
    const link = { uri: uriOf(file), range: rangeOf(key ?? location) };
    const values = here.map(one => `${one.key} ${short(one.value)}`).join(', ');
    return [
      { value: index === 0 ? '← ' : '; ' },
      { value: nameOf(file), location: link },
      { value: `: ${values}` },
    ];
  });
  const rest = settings.length - told.length;
  return rest > 0 ? [...parts, { value: `, … ${rest} more` }] : parts;
}

/** Defaults that switch something off are not worth the room. */
function defaultParts(settings: readonly Setting[]): InlayHintLabelPart[] {
  const active = settings.filter(({ value }) => !isOff(value));
  if (active.length === 0) return [];
  const told = active.slice(0, MOST_DEFAULTS).map(({ key, value }) => `${key} ${short(value)}`);
  const more = active.length > told.length ? ', …' : '';
  return [{ value: `default: ${told.join(', ')}${more}` }];
}

function isOff(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === false || value === 0 || value === '' || value === null;
}

/** Behind the key of a block, behind the value of what stands on one line. */
function placeOf(node: TreeNode): Position {
  const oneLine = node.location.line === node.location.endLine && node.location.line === node.key?.line;
  if (oneLine || node.key === undefined) return rangeOf(node.location).end;
  const { line, character } = rangeOf(node.key).end;
  return { line, character: character + 1 };
}

function entryName(node: TreeNode): string {
  if (node.kind === 'scalar') return String(node.value);
  if (node.kind !== 'map') return '…';
  const name = node.entries.get('name');
  return name?.kind === 'scalar' ? String(name.value) : [...node.entries.keys()].join(' ');
}

function short(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '{…}';
  if (Array.isArray(value) && value.some(item => typeof item === 'object')) return '[…]';
  const text = flowText(value);
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

function nameOf(file: string): string {
  return file.startsWith(PRESET) ? file.slice(PRESET.length) : basename(file);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], root);
}
