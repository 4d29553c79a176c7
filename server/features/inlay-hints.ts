import type { InlayHint, Position, Range } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import {
  formatPath,
  type MapNode,
  nodeAt,
  type Path,
  plainValue,
  type TreeNode,
} from '../../src/config/tree.ts';
import { rangeOf } from '../addresses.ts';
import { childrenOf, isInEdit } from '../node-at.ts';
import type { Readers } from '../readers.ts';
import { flowText } from '../yaml-text.ts';
import { defaultParts, inheritedParts, nameOf, type Setting, short } from './inlay-hints/label.ts';

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

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], root);
}
