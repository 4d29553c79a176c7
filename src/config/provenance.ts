import { isCommandLine } from './diagnostic.ts';
import { writtenIndex } from './left-out.ts';
import {
  childOf,
  formatPath,
  isNull,
  type Location,
  type MapNode,
  type Path,
  type TreeNode,
} from './tree.ts';

/** Where a resolved value comes from. */
export interface Origin {
  readonly kind: 'file' | 'command line' | 'default';
  /** Range of the value; absent for defaults of the schema. */
  readonly location?: Location;
  /** Range of its key; absent for list entries. */
  readonly key?: Location;
  /** Inherited values that it took the place of, nearest first. */
  readonly overrode: readonly { readonly location: Location; readonly value: unknown }[];
}

/** Origins by path, such as `training.epochs` or `augmentation[1].random_flip`. */
export type Origins = ReadonlyMap<string, Origin>;

/**
 * The origin of every value of `settings`: maps, lists and scalars alike, by the path at which it is written.
 * @param left what was left out of the settings as faulty.
 */
export function traceOrigins(settings: unknown, tree: MapNode, left: readonly Path[] = []): Origins {
  const origins = new Map<string, Origin>();
  const visit = (value: unknown, node: TreeNode | undefined, path: Path): void => {
    if (value === undefined) return;
    if (path.length > 0) origins.set(formatPath(path), originOf(node));
    if (Array.isArray(value))
      for (const [index, item] of value.entries()) {
        const place = writtenIndex(index, path, left);
        visit(item, childOf(node, place), [...path, place]);
      }
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(child, childOf(node, key), [...path, key]);
    }
  };
  visit(settings, tree, []);
  return origins;
}

function originOf(node: TreeNode | undefined): Origin {
  if (node === undefined) return { kind: 'default', overrode: [] };
  const overrode = [];
  for (let above = node.overrode; above !== undefined; above = above.overrode) {
    overrode.push({ location: above.location, value: above.kind === 'scalar' ? above.value : undefined });
  }
  if (isNull(node))
    return { kind: 'default', overrode: [{ location: node.location, value: null }, ...overrode] };
  return {
    kind: isCommandLine(node.location.file) ? 'command line' : 'file',
    location: node.location,
    ...(node.key === undefined ? {} : { key: node.key }),
    overrode,
  };
}
