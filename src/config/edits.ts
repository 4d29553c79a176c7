import type { Report } from './merge.ts';
import { merge } from './merge.ts';
import type { ListNode, Location, MapNode, Path, TreeNode } from './tree.ts';

/** Turns maps of `$append` and `$remove` in a file's tree into edits, and says what is wrong with them. */
export function withEdits(node: TreeNode, report: Report): TreeNode {
  if (node.kind === 'list') return { ...node, items: node.items.map(item => withEdits(item, report)) };
  if (node.kind !== 'map') return node;
  const special = [...node.entries.keys()].filter(key => key.startsWith('$'));
  if (special.length === 0) {
    let changed = false;
    const entries = new Map<string, TreeNode>();
    for (const [key, value] of node.entries) {
      const read = withEdits(value, report);
      changed ||= read !== value;
      entries.set(key, read);
    }
    return changed ? { ...node, entries } : node;
  }
  checkKeys(node, report);
  const remove = listUnder(node, '$remove', report);
  const append = listUnder(node, '$append', report).map(item => withEdits(item, report));
  return { ...base(node), kind: 'edit', edits: [{ remove, append }] };
}

/**
 * Applies the edits that found no inherited list to what the schema's default gives there, or to an empty list.
 * `defaultAt` answers with the default list at a path.
 */
export function settleEdits(
  node: TreeNode,
  defaultAt: (path: Path) => readonly unknown[],
  report: Report,
  path: Path = [],
): TreeNode {
  const settle = (child: TreeNode, part: string | number) =>
    settleEdits(child, defaultAt, report, [...path, part]);
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'list':
      return node.items.some(mayHoldEdits) ? { ...node, items: node.items.map(settle) } : node;
    case 'map':
      return {
        ...node,
        entries: new Map([...node.entries].map(([key, value]) => [key, settle(value, key)])),
      };
    case 'edit': {
      const items = defaultAt(path).map(value => plainNode(value, node.location));
      const list: ListNode = { kind: 'list', items, location: node.location };
      const { overrode: _, ...settled } = merge(list, node, report);
      return settled;
    }
  }
}

/** A tree of a plain value, all of it at one place. */
export function plainNode(value: unknown, location: Location): TreeNode {
  if (Array.isArray(value))
    return { kind: 'list', items: value.map(item => plainNode(item, location)), location };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, plainNode(item, location)] as const);
    return { kind: 'map', entries: new Map(entries), location };
  }
  const scalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', value: scalar, empty: false, location };
}

function mayHoldEdits(node: TreeNode): boolean {
  return node.kind !== 'scalar';
}

function base(node: TreeNode) {
  return node.key === undefined ? { location: node.location } : { location: node.location, key: node.key };
}

function checkKeys(node: MapNode, report: Report): void {
  for (const [key, value] of node.entries) {
    if (key === '$append' || key === '$remove') continue;
    report({
      severity: 'error',
      code: 'bad-edit',
      message: `\`${key}\` cannot stand beside \`$append\` and \`$remove\``,
      remedy: 'An inherited list is changed with `{$append: […], $remove: […]}` alone.',
      location: value.key ?? value.location,
      related: [],
    });
  }
}

function listUnder(node: MapNode, key: string, report: Report): readonly TreeNode[] {
  const value = node.entries.get(key);
  if (value === undefined) return [];
  if (value.kind === 'list') return value.items;
  report({
    severity: 'error',
    code: 'bad-edit',
    message: `\`${key}\` needs a list`,
    remedy: `Write \`${key}: […]\`.`,
    location: value.location,
    related: [],
  });
  return [];
}
