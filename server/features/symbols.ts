import { basename } from 'node:path';
import type { DocumentSymbol, Range, WorkspaceSymbol } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { childOf, type Location, type TreeNode } from '../../src/config/tree.ts';
import { rangeOf, START, uriOf } from '../addresses.ts';
import { nameUses } from '../names.ts';
import { childrenOf } from '../node-at.ts';
import type { Readers } from '../readers.ts';

/** Kinds as the protocol numbers them; the types package has them as plain constants. */
const KIND = {
  file: 1,
  module: 2,
  class: 5,
  property: 7,
  field: 8,
  array: 18,
  object: 19,
  event: 24,
} as const;

/** More would not be looked at. */
const MAXIMUM_FOUND = 200;

/** The settings of a file as a tree: sections, their keys, steps by their name, structures by theirs. */
export function documentSymbols(document: ParsedDocument): DocumentSymbol[] {
  return document.root === undefined ? [] : symbolsIn(document.root, 0);
}

function symbolsIn(node: TreeNode, depth: number): DocumentSymbol[] {
  return childrenOf(node).map(([part, child]) => {
    const step = typeof part === 'number' ? stepOf(child) : undefined;
    const shown = step?.options ?? child;
    const detail = step === undefined && typeof part === 'number' ? '' : detailOf(shown);
    const children = shown.kind === 'scalar' || isPlainList(shown) ? [] : symbolsIn(shown, depth + 1);
    return {
      name: step?.name ?? nameOf(part, child),
      kind: step !== undefined ? KIND.event : kindOf(shown, depth, part),
      range: around(child.key, child.location),
      selectionRange: rangeOf(step?.key ?? child.key ?? firstPlaceOf(child)),
      ...(detail === '' ? {} : { detail }),
      ...(children.length === 0 ? {} : { children }),
    };
  });
}

/** An entry of a step list: a map with the step's name as its only key. */
function stepOf(node: TreeNode): { name: string; options: TreeNode; key: Location | undefined } | undefined {
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [[name, options]] = node.entries;
  return name === 'name' ? undefined : { name, options, key: options.key };
}

function nameOf(part: string | number, node: TreeNode): string {
  if (typeof part === 'string') return part === '' ? '""' : part;
  const name = childOf(node, 'name') ?? node;
  return name.kind === 'scalar' && name.value !== null && name.value !== ''
    ? String(name.value)
    : `${part + 1}`;
}

function kindOf(node: TreeNode, depth: number, part: string | number): DocumentSymbol['kind'] {
  if (typeof part === 'number' && node.kind === 'map') return KIND.class;
  if (node.kind === 'scalar') return KIND.property;
  if (depth === 0) return KIND.module;
  return node.kind === 'list' ? KIND.array : KIND.object;
}

/** What is written, as far as it is short; for a map that names its kind, that name. */
function detailOf(node: TreeNode): string {
  if (node.kind === 'scalar') return node.empty ? '' : shortened(String(node.value));
  if (node.kind === 'map') {
    const name = node.entries.get('name') ?? node.entries.get('method');
    return name?.kind === 'scalar' ? String(name.value ?? '') : '';
  }
  if (node.kind !== 'list' || !isPlainList(node)) return '';
  return shortened(`[${node.items.map(item => (item.kind === 'scalar' ? item.value : '')).join(', ')}]`);
}

function isPlainList(node: TreeNode): boolean {
  return node.kind === 'list' && node.items.every(item => item.kind === 'scalar');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function around(key: Location | undefined, value: Location): Range {
  const range = rangeOf(value);
  return key === undefined || key.start > value.start ? range : { start: rangeOf(key).start, end: range.end };
}

/** Some place inside of a node: an editor insists that the selected range lies in the whole. */
function firstPlaceOf(node: TreeNode): Location {
  const name = childOf(node, 'name');
  const inside = name !== undefined && name.location.start >= node.location.start;
  return inside && name.location.end <= node.location.end ? name.location : node.location;
}

/** Configurations, structures, channels and sections of the workspace whose name contains the letters in order. */
export function workspaceSymbols(query: string, readers: Readers): WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  const add = (
    name: string,
    kind: WorkspaceSymbol['kind'],
    file: string,
    range: Range,
    container?: string,
  ) => {
    if (found.length === MAXIMUM_FOUND || !containsInOrder(name, query)) return;
    const containerName = container === undefined ? {} : { containerName: container };
    found.push({ name, kind, location: { uri: uriOf(file), range }, ...containerName });
  };
  for (const file of readers.configurations()) {
    if (found.length === MAXIMUM_FOUND) break;
    const document = readers.document(file);
    if (document === undefined) continue;
    const title = basename(file).replace(/\.innereye\.ya?ml$/, '');
    add(title, KIND.file, file, START);
    for (const use of nameUses(document).filter(({ defines }) => defines)) {
      const kind = use.kind === 'structure' ? KIND.class : KIND.field;
      add(use.name, kind, file, rangeOf(use.location), title);
    }
    for (const [key, node] of document.root === undefined ? [] : childrenOf(document.root))
      if (node.key !== undefined) add(String(key), KIND.module, file, rangeOf(node.key), title);
  }
  return found;
}

function containsInOrder(name: string, query: string): boolean {
  let at = 0;
  const letters = name.toLowerCase();
  for (const letter of query.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
