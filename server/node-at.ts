import type { Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../src/config/document.ts';
import type { Location, Path, TreeNode } from '../src/config/tree.ts';

/** What of a file's own tree lies under the cursor. */
export interface NodeAt {
  /** Keys and indices from the root as they are written, `$append` and `$remove` among them. */
  readonly path: Path;
  readonly node: TreeNode;
  /** True on the key, false on the value. */
  readonly onKey: boolean;
}

/** The offset in the text of a position that counts from 0. */
export function offsetAt(document: ParsedDocument, position: Position): number {
  return document.lines.offset(position.line + 1, position.character + 1);
}

/** The deepest node whose key or value the position touches; undefined between nodes of the root. */
export function nodeAtPosition(document: ParsedDocument, position: Position): NodeAt | undefined {
  const offset = offsetAt(document, position);
  let found: NodeAt | undefined;
  const visit = (node: TreeNode, path: Path): void => {
    for (const [part, child] of childrenOf(node)) {
      const inner = [...path, part];
      if (child.key !== undefined && touches(child.key, offset)) {
        found = { path: inner, node: child, onKey: true };
        return;
      }
      if (!touches(child.location, offset)) continue;
      found = { path: inner, node: child, onKey: false };
      visit(child, inner);
      return;
    }
  };
  if (document.root !== undefined) visit(document.root, []);
  return found;
}

/** A node's children with their keys or indices, as they are written. */
export function childrenOf(node: TreeNode): readonly (readonly [string | number, TreeNode])[] {
  if (node.kind === 'map') return [...node.entries];
  if (node.kind === 'list') return node.items.map((item, index) => [index, item] as const);
  return [];
}

/** True where the offset lies in the stretch or right behind it. */
export function touches(location: Location, offset: number): boolean {
  return location.start <= offset && offset <= location.end;
}

/** True for a path that leads through a change of an inherited list (`$append`, `$remove`). */
export function isInEdit(path: Path): boolean {
  return path.some(part => typeof part === 'string' && part.startsWith('$'));
}
