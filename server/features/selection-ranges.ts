import type { Position, Range, SelectionRange } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import type { Location, TreeNode } from '../../src/config/tree.ts';
import { rangeOf } from '../addresses.ts';
import { childrenOf, offsetAt, touches } from '../node-at.ts';

/** What "expand selection" selects in turn: the word, its setting, the map or list around it, …, the whole file. */
export function selectionRanges(document: ParsedDocument, positions: readonly Position[]): SelectionRange[] {
  return positions.map(position => selectionRange(document, position));
}

function selectionRange(document: ParsedDocument, position: Position): SelectionRange {
  const offset = offsetAt(document, position);
  const stretches: Location[] = [document.lines.location(0, document.text.length)];
  const visit = (node: TreeNode): void => {
    if (!touches(node.location, offset)) return;
    stretches.push(node.location);
    for (const [, child] of childrenOf(node)) {
      const { key } = child;
      const whole = key === undefined ? child.location : join(document, key, child.location);
      if (!touches(whole, offset)) continue;
      if (key !== undefined) stretches.push(whole);
      if (key !== undefined && touches(key, offset)) stretches.push(key);
      else visit(child);
      return;
    }
  };
  if (document.root !== undefined) visit(document.root);
  let selection: SelectionRange | undefined;
  let outer: Location | undefined;
  for (const stretch of stretches) {
    const within = outer === undefined || (outer.start <= stretch.start && stretch.end <= outer.end);
    if (!within || (outer?.start === stretch.start && outer.end === stretch.end)) continue;
    const range: Range = rangeOf(stretch);
    selection = selection === undefined ? { range } : { range, parent: selection };
    outer = stretch;
  }
  return selection!;
}

/** From a key to the end of its value; an alias's value may stand elsewhere. */
function join(document: ParsedDocument, key: Location, value: Location): Location {
  return value.start < key.start ? key : document.lines.location(key.start, value.end);
}
