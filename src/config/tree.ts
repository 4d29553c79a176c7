/**
 * A stretch of a file. Lines and columns count from 1 and columns in UTF-16 units, as editors do; `end`, `endLine` and
 * `endColumn` lie behind the last character.
 */
export interface Location {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface NodeBase {
  readonly location: Location;
  /** Where the key stands that this node is the value of. */
  readonly key?: Location;
  /** The inherited node that this one replaced or was merged over; its own `overrode` goes further up the chain. */
  readonly overrode?: TreeNode;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The text of a number where it is not how the number is usually written: `007`, `1.0`, `0x10`. */
  readonly source?: string;
  /** True where nothing is written behind the key; an explicit `null` takes back an inherited value. */
  readonly empty: boolean;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly items: readonly TreeNode[];
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, TreeNode>;
}

/** `{$remove: …, $append: …}`: changes that wait for the list they apply to. */
export interface EditNode extends NodeBase {
  readonly kind: 'edit';
  readonly edits: readonly ListEdit[];
}

export interface ListEdit {
  readonly remove: readonly TreeNode[];
  readonly append: readonly TreeNode[];
}

/** A value of a configuration with the place where it is written. */
export type TreeNode = ScalarNode | ListNode | MapNode | EditNode;

/** Keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** The plain value of a node. Keys with null are left out: null takes back what was inherited. */
export function plainValue(node: TreeNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'edit':
      return node.edits.flatMap(edit => edit.append.map(plainValue));
    case 'map':
      return Object.fromEntries(
        [...node.entries]
          .filter(([, value]) => !isNull(value))
          .map(([key, value]) => [key, plainValue(value)]),
      );
  }
}

export function isNull(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The node's child under a key or index. */
export function childOf(node: TreeNode | undefined, part: string | number): TreeNode | undefined {
  if (node?.kind === 'map') return node.entries.get(String(part));
  if (node?.kind === 'list' && typeof part === 'number') return node.items[part];
  return undefined;
}

/** The node at a path, or undefined where nothing is written there. */
export function nodeAt(root: TreeNode | undefined, path: Path): TreeNode | undefined {
  return path.reduce<TreeNode | undefined>(childOf, root);
}

/** The deepest node on the way to a path, and how many parts of the path lead to it. */
export function nearestNode(root: TreeNode, path: Path): { node: TreeNode; depth: number } {
  let node = root;
  for (let depth = 0; depth < path.length; depth++) {
    const child = childOf(node, path[depth]);
    if (child === undefined) return { node, depth };
    node = child;
  }
  return { node, depth: path.length };
}

/** A path as text: `augmentation[1].random_flip.axes`; keys that need it in quotes. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$/-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** A path from text as `--set` takes it: `augmentation.0.random_flip` or `augmentation[0].random_flip`. */
export function parsePath(text: string): Path {
  const parts = [...text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
  return parts.map(([, quoted, index, plain]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
    if (index !== undefined) return Number(index);
    return /^\d+$/.test(plain) ? Number(plain) : plain;
  });
}
