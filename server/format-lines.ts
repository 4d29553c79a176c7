import type { CST } from 'yaml';

/** A line as it is put together. */
export interface Line {
  text: string;
  /** Column of its first character in the source. */
  readonly column: number;
  /** Spaces to write before it. */
  indent: number;
  /** Lines inside of a scalar are its own, blank or not. */
  readonly kind: 'content' | 'comment' | 'blank' | 'scalar';
}

/** Kinds of the parser's tokens that stand in a line. */
export type TokenKind = CST.SourceToken['type'] | CST.FlowScalar['type'];

/** White space between two tokens of a line. */
export function spacing(before: TokenKind | undefined, type: TokenKind, source: string): string {
  // Comments that are aligned stay so where nothing before them moves.
  if (type === 'comment') return source === '' || source.includes('\t') ? ' ' : source;
  if (before === 'flow-map-start') return type === 'flow-map-end' ? '' : ' ';
  if (before === 'flow-seq-start' || type === 'flow-seq-end') return '';
  if (type === 'flow-map-end') return ' ';
  if (type === 'comma') return '';
  // An alias would take the colon into its name.
  if (type === 'map-value-ind') return before === 'alias' || before === 'comma' ? ' ' : '';
  if (before === 'comma' || before === 'seq-item-ind' || before === 'map-value-ind') return ' ';
  return source === '' ? '' : ' ';
}

/** Gives comments on lines of their own the indentation of the line that they were aligned with: the next one first. */
export function settleComments(lines: readonly Line[]): void {
  const above = new Map<number, number>();
  const aligned = lines.map(({ kind, column, indent }) => {
    if (kind === 'content') above.set(column, indent);
    return kind === 'comment' ? above.get(column) : undefined;
  });
  let next: Line | undefined;
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index];
    if (line.kind === 'content') next = line;
    if (line.kind !== 'comment') continue;
    line.indent =
      (next?.column === line.column ? next.indent : aligned[index]) ?? next?.indent ?? line.indent;
  }
}
