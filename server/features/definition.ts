import { dirname, resolve } from 'node:path';
import type { LocationLink, Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { type Location, type MapNode, nodeAt } from '../../src/config/tree.ts';
import { rangeOf, START, uriOf } from '../addresses.ts';
import { extendsEntries } from '../family.ts';
import { nameAt, nameGroup } from '../name-group.ts';
import { isInEdit, type NodeAt, nodeAtPosition } from '../node-at.ts';
import { pluginKindAt } from '../plugin-names.ts';
import type { PluginExport, Readers } from '../readers.ts';

/**
 * Where what is under the cursor comes from: the base that `extends` names, a plugin or what it exports, the definition
 * of a structure or channel, and from an overriding key the inherited one.
 */
export function definition(document: ParsedDocument, position: Position, readers: Readers): LocationLink[] {
  const at = nodeAtPosition(document, position);
  if (at === undefined) return [];
  const value = at.node.kind === 'scalar' && typeof at.node.value === 'string' ? at.node.value : undefined;
  if (at.path[0] === 'extends') {
    const base = extendsEntries(document).find(({ entry }) => entry.location === at.node.location);
    return base && readers.document(base.file) ? [toFile(at.node.location, base.file)] : [];
  }
  if (at.path[0] === 'plugins' && value !== undefined)
    return [toFile(at.node.location, resolve(dirname(document.file), value))];
  const kind = at.onKey ? undefined : pluginKindAt(at.path);
  if (kind !== undefined && value !== undefined) return exportedAs(kind, value, at, document, readers);
  const name = nameAt(document, position);
  if (name !== undefined && !name.defines) {
    const { uses } = nameGroup(name, document.file, readers);
    const chain = new Set(readers.resolve(document.file).files.map(({ file }) => file));
    const definitions = uses.filter(use => use.defines);
    const own = definitions.filter(({ location }) => chain.has(location.file));
    return (own.length > 0 ? own : definitions).map(use => link(name.location, use.location));
  }
  return inherited(at, document, readers);
}

/** The place that a key or value of this file overrides, nearest first; bases of bases are found from there. */
function inherited(at: NodeAt, document: ParsedDocument, readers: Readers): LocationLink[] {
  const { tree } = readers.resolve(document.file);
  // A list replaces the inherited one as a whole, and an edit changes it: their own key stands for what lies in them.
  const end = at.path.findIndex(part => typeof part === 'number' || part.startsWith('$'));
  const path = end === -1 ? at.path : at.path.slice(0, end);
  const own = nodeAt(document.root, path);
  const merged = nodeAt(tree, path);
  if (own?.key === undefined || merged?.key === undefined || !samePlace(own.key, merged.key)) return [];
  const target = merged.overrode?.key ?? merged.overrode?.location;
  if (target === undefined) return [];
  return [link(at.onKey || isInEdit(at.path) || end !== -1 ? own.key : at.node.location, target)];
}

function exportedAs(
  kind: PluginExport['kind'],
  name: string,
  at: NodeAt,
  document: ParsedDocument,
  readers: Readers,
): LocationLink[] {
  return pluginFiles(readers.resolve(document.file).tree).flatMap(file =>
    (readers.plugin(file) ?? [])
      .filter(exported => exported.kind === kind && exported.name === name)
      .map(exported => link(at.node.location, exported.location)),
  );
}

/** Absolute paths of the plugin modules of a resolved tree, each relative to the file that names it. */
function pluginFiles(tree: MapNode | undefined): string[] {
  const plugins = tree?.entries.get('plugins');
  if (plugins?.kind !== 'list') return [];
  return plugins.items.flatMap(({ location, ...item }) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? [resolve(dirname(location.file), item.value)]
      : [],
  );
}

function samePlace(a: Location, b: Location): boolean {
  return a.file === b.file && a.start === b.start;
}

function link(origin: Location, target: Location): LocationLink {
  const range = rangeOf(target);
  return {
    originSelectionRange: rangeOf(origin),
    targetUri: uriOf(target.file),
    targetRange: range,
    targetSelectionRange: range,
  };
}

function toFile(origin: Location, file: string): LocationLink {
  return {
    originSelectionRange: rangeOf(origin),
    targetUri: uriOf(file),
    targetRange: START,
    targetSelectionRange: START,
  };
}
