import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from './diagnostic.ts';
import { nearestName } from './nearest.ts';
import {
  type EditNode,
  type ListEdit,
  type ListNode,
  type MapNode,
  plainValue,
  type TreeNode,
} from './tree.ts';

/** Called with what is wrong with an edit; merging goes on as well as it can. */
export type Report = (diagnostic: Diagnostic) => void;

/**
 * Maps whose `name` says what kind of thing they are. One that names another kind than the inherited map does not take
 * over the inherited settings, which belong to the other kind.
 */
const KINDS = new Set(['architecture', 'loss', 'optimizer', 'schedule', 'algorithm', 'early_stopping']);

/**
 * Lays a node over an inherited one: maps merge key by key, edits change an inherited list, everything else replaces.
 * The result remembers what it overrode. Pure; neither argument changes.
 */
export function merge(
  inherited: TreeNode | undefined,
  node: TreeNode,
  report: Report,
  key?: string,
): TreeNode {
  if (inherited === undefined) return node;
  const overrode = { overrode: chained(node.overrode, inherited) };
  if (node.kind === 'map' && inherited.kind === 'map' && !namesAnotherKind(inherited, node, key)) {
    return { ...node, entries: mergeEntries(inherited, node, report), ...overrode };
  }
  if (node.kind === 'edit') {
    if (inherited.kind === 'list') return { ...applyEdits(inherited, node, report), ...overrode };
    if (inherited.kind === 'edit')
      return { ...node, edits: [...inherited.edits, ...node.edits], ...overrode };
    report({
      severity: 'error',
      code: 'edit-of-no-list',
      message: `\`$append\` and \`$remove\` change a list, but the inherited value is ${inherited.kind === 'map' ? 'a map' : 'a single value'}`,
      remedy: 'Write the whole value instead.',
      location: node.location,
      related: [{ message: 'inherited from here', location: inherited.location }],
    });
    return { ...node, ...overrode };
  }
  return { ...node, ...overrode };
}

/** The chain of what was overridden, with the inherited node at its end. */
function chained(overrode: TreeNode | undefined, inherited: TreeNode): TreeNode {
  return overrode === undefined
    ? inherited
    : { ...overrode, overrode: chained(overrode.overrode, inherited) };
}

/** True where both maps name a kind (`architecture: {name: …}`, `{distribution: …}`) and the kinds differ. */
export function namesAnotherKind(inherited: MapNode, node: MapNode, key: string | undefined): boolean {
  if (key === undefined) return false;
  // The distributions of a search stand under the paths of settings.
  const kind = KINDS.has(key) ? 'name' : 'distribution';
  const [before, after] = [inherited.entries.get(kind), node.entries.get(kind)];
  return before?.kind === 'scalar' && after?.kind === 'scalar' && before.value !== after.value;
}

function mergeEntries(inherited: MapNode, node: MapNode, report: Report): Map<string, TreeNode> {
  const entries = new Map(inherited.entries);
  for (const [key, value] of node.entries)
    entries.set(key, merge(inherited.entries.get(key), value, report, key));
  return entries;
}

function applyEdits(list: ListNode, node: EditNode, report: Report): ListNode {
  const items = node.edits.reduce((before, edit) => applyEdit(before, edit, report), list.items);
  return { ...node, kind: 'list', items };
}

function applyEdit(items: readonly TreeNode[], edit: ListEdit, report: Report): readonly TreeNode[] {
  let kept = items;
  for (const unwanted of edit.remove) {
    const rest = kept.filter(item => !isMeant(item, unwanted));
    if (rest.length === kept.length) report(nothingToRemove(unwanted, items));
    kept = rest;
  }
  return [...kept, ...edit.append];
}

/** A scalar means the entries equal to it, the steps of that name, or the maps with that `name`; a map its equal. */
function isMeant(item: TreeNode, unwanted: TreeNode): boolean {
  if (unwanted.kind === 'scalar' && item.kind === 'map')
    return namesOf(item).includes(String(unwanted.value));
  return isDeepStrictEqual(plainValue(item), plainValue(unwanted));
}

/** What an entry of a list can be called: itself, its step's name, or its `name`. */
function namesOf(item: TreeNode): string[] {
  if (item.kind === 'scalar') return [String(item.value)];
  if (item.kind !== 'map') return [];
  const name = item.entries.get('name');
  if (name?.kind === 'scalar') return [String(name.value)];
  return item.entries.size === 1 ? [...item.entries.keys()] : [];
}

function nothingToRemove(unwanted: TreeNode, items: readonly TreeNode[]): Diagnostic {
  const [name = 'this'] = namesOf(unwanted);
  const names = items.flatMap(namesOf);
  const suggestion = nearestName(name, names);
  return {
    severity: 'warning',
    code: 'nothing-to-remove',
    message: `the inherited list has no \`${name}\` to remove`,
    remedy: suggestion ? `Did you mean \`${suggestion}\`?` : `It has: ${names.join(', ') || 'nothing'}.`,
    ...(suggestion ? { suggestion } : {}),
    location: unwanted.location,
    related: [],
  };
}
