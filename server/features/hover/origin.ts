import { basename } from 'node:path';
import { code } from '../../../src/config/documentation/reference.ts';
import { PRESET } from '../../../src/config/presets/presets.ts';
import type { PartialConfiguration } from '../../../src/config/resolve-configuration.ts';
import {
  formatPath,
  type Location,
  type MapNode,
  nodeAt,
  type Path,
  plainValue,
  type TreeNode,
} from '../../../src/config/tree.ts';
import { uriOf } from '../../addresses.ts';

/** Longer values are not written out. */
const MAXIMUM_CHARACTERS = 200;

/**
 * The path in the resolved tree of what a file writes at a path: entries that are appended to an inherited list stand
 * behind it there. Undefined for what is taken out.
 */
export function resolvedPath(
  path: Path,
  root: TreeNode | undefined,
  tree: MapNode | undefined,
): Path | undefined {
  const edit = path.indexOf('$append');
  if (path.includes('$remove')) return undefined;
  if (edit === -1) return path;
  const list = nodeAt(tree, path.slice(0, edit));
  const entry = nodeAt(root, path.slice(0, edit + 2));
  if (edit === path.length - 1) return path.slice(0, edit);
  if (list?.kind !== 'list' || entry === undefined) return undefined;
  const index = list.items.findIndex(item => isAt(item.location, entry.location));
  return index === -1 ? undefined : [...path.slice(0, edit), index, ...path.slice(edit + 2)];
}

function isAt(a: Location, b: Location): boolean {
  return a.file === b.file && a.start === b.start;
}

/** The value that holds, and the chain of files that set it, as links to file and line; nearest first. */
export function originMarkdown(path: Path, file: string, resolved: PartialConfiguration): string | undefined {
  const origin = resolved.origins.get(formatPath(path));
  const node = nodeAt(resolved.tree, path);
  if (origin === undefined || node === undefined) return undefined;
  const value = valueAt(path, resolved);
  const chain: string[] = [];
  if (origin.location !== undefined && origin.location.file !== file)
    chain.push(`from ${placeLink(origin.location)}`);
  for (const { location, value: before } of origin.overrode) {
    const text = before === undefined ? '' : ` (${code(before)})`;
    chain.push(`${location.file === file ? 'from' : 'overrides'} ${placeLink(location)}${text}`);
  }
  const shown = shortCode(value);
  return [
    ...(shown === undefined ? [] : [`Resolved: ${shown}`]),
    ...(chain.length === 0 ? [] : [chain.join(' · ')]),
  ].join('\\\n');
}

/** The value with its default where a null brings that back. */
function valueAt(path: Path, { settings, tree }: PartialConfiguration): unknown {
  const found = path.reduce<unknown>(
    (value, part) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[part],
    settings,
  );
  const node = nodeAt(tree, path);
  return found ?? (node === undefined ? undefined : plainValue(node));
}

/** Undefined for values that are too long to be read in a hover. */
function shortCode(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = code(value);
  return text.length > MAXIMUM_CHARACTERS ? undefined : text;
}

/** A link to a line of a file, named as a person would. */
export function placeLink({ file, line, column }: Location): string {
  const name = file.startsWith(PRESET) ? file.slice(PRESET.length) : basename(file);
  return `[${name}:${line}](${uriOf(file)}#L${line},${column})`;
}
