import type { FoldingRange } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import type { TreeNode } from '../../src/config/tree.ts';
import { childrenOf } from '../node-at.ts';

/** What can be folded: maps and lists of several lines under their key, and comments of several lines. */
export function foldingRanges(document: ParsedDocument): FoldingRange[] {
  const ranges = new Map<number, FoldingRange>();
  const add = (startLine: number, endLine: number, kind?: 'comment') => {
    const known = ranges.get(startLine);
    if (endLine <= startLine || (known !== undefined && known.endLine >= endLine)) return;
    ranges.set(startLine, { startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  const visit = (node: TreeNode): void => {
    for (const [, child] of childrenOf(node)) {
      const first = (child.key ?? child.location).line - 1;
      add(first, child.location.endLine - 1);
      visit(child);
    }
  };
  if (document.root !== undefined) visit(document.root);
  for (const [start, end] of commentBlocks(document.text)) add(start, end, 'comment');
  return [...ranges.values()].sort((a, b) => a.startLine - b.startLine);
}

/** First and last line of each run of lines that hold a comment alone. */
function commentBlocks(text: string): [number, number][] {
  const blocks: [number, number][] = [];
  text.split('\n').forEach((line, index) => {
    if (!/^\s*#/.test(line)) return;
    const last = blocks.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else blocks.push([index, index]);
  });
  return blocks;
}
