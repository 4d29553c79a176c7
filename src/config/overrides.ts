import { COMMAND_LINE, type Diagnostic } from './diagnostic.ts';
import { readDocument } from './document.ts';
import { withEdits } from './edits.ts';
import { LineIndex } from './line-index.ts';
import { merge, namesAnotherKind, type Report } from './merge.ts';
import {
  childOf,
  formatPath,
  type Location,
  type MapNode,
  type Path,
  parsePath,
  type TreeNode,
} from './tree.ts';

/**
 * Lays values given as `key.path=value` over a tree, later ones over earlier ones. Values are read as YAML; list
 * entries are named by index: `augmentation.0.random_affine.probability=0.5`.
 */
export function applyOverrides(tree: MapNode, overrides: readonly string[], report: Report): MapNode {
  return overrides.reduce((before, override) => applyOverride(before, override, report), tree);
}

function applyOverride(tree: MapNode, override: string, report: Report): MapNode {
  const equals = override.indexOf('=');
  const path = parsePath(equals < 0 ? override : override.slice(0, equals).trim());
  const file = `${COMMAND_LINE}${override}`;
  const lines = new LineIndex(file, override);
  const key = lines.location(0, equals < 0 ? override.length : equals);
  if (equals < 0 || path.length === 0) {
    report(
      fault(
        'bad-override',
        `\`${override}\` is no key.path=value`,
        key,
        'Such as `--set training.epochs=5`.',
      ),
    );
    return tree;
  }
  const document = readDocument(file, override.slice(equals + 1));
  for (const diagnostic of document.diagnostics) report({ ...diagnostic, location: key });
  const value: TreeNode = moved(
    document.root === undefined
      ? { kind: 'scalar', value: null, empty: true, location: key }
      : withEdits(document.root, report),
    lines.location(equals + 1, override.length),
  );
  return setAt(tree, path, 0, value, key, report) as MapNode;
}

function setAt(
  node: TreeNode | undefined,
  path: Path,
  depth: number,
  value: TreeNode,
  key: Location,
  report: Report,
): TreeNode {
  if (depth === path.length) {
    const last = path[depth - 1];
    const above = { ...value, key };
    if (typeof last === 'number') return node === undefined ? above : { ...above, overrode: node };
    return merge(node, above, report, last);
  }
  const part = path[depth];
  const inner = setAt(childOf(node, part), path, depth + 1, value, key, report);
  if (node?.kind === 'list') {
    if (typeof part === 'number' && part < node.items.length) {
      return { ...node, items: node.items.map((item, index) => (index === part ? inner : item)) };
    }
    report(notInList(node.items.length, path.slice(0, depth), part, key));
    return node;
  }
  if (typeof part === 'number' && node === undefined) {
    report(notInList(0, path.slice(0, depth), part, key));
    return { kind: 'map', entries: new Map(), location: key, key };
  }
  const name = String(part);
  const above: MapNode = { kind: 'map', entries: new Map([[name, inner]]), location: key, key };
  if (node?.kind !== 'map') return merge(node, above, report);
  if (namesAnotherKind(node, above, String(path[depth - 1]))) return { ...above, overrode: node };
  return { ...node, entries: new Map(node.entries).set(name, inner) };
}

/** The whole of a value placed where it stands on the command line. */
function moved(node: TreeNode, location: Location): TreeNode {
  const key = node.key === undefined ? {} : { key: location };
  switch (node.kind) {
    case 'list':
      return { ...node, ...key, location, items: node.items.map(item => moved(item, location)) };
    case 'map':
      return {
        ...node,
        ...key,
        location,
        entries: new Map([...node.entries].map(([k, v]) => [k, moved(v, location)])),
      };
    default:
      return { ...node, ...key, location };
  }
}

function notInList(count: number, path: Path, part: string | number, location: Location): Diagnostic {
  const list = `\`${formatPath(path)}\``;
  const message =
    typeof part === 'number'
      ? `${list} has no entry ${part}`
      : `${list} is a list, so \`${part}\` cannot name an entry`;
  const remedy =
    count === 0 ? `Set the whole list: \`--set ${formatPath(path)}=[…]\`.` : `Entries are 0 to ${count - 1}.`;
  return fault('no-such-entry', message, location, remedy);
}

function fault(code: string, message: string, location: Location, remedy: string): Diagnostic {
  return { severity: 'error', code, message, remedy, location, related: [] };
}
