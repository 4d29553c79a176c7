import type { Location } from './tree.ts';

/** Lines and columns of offsets in a text. */
export class LineIndex {
  /** Offset of the first character of each line. */
  readonly starts: readonly number[];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low] + 1 };
  }

  /** The offset of a line and column, both from 1; kept inside the text. */
  offset(line: number, column: number): number {
    const start = this.starts[Math.min(Math.max(line, 1), this.starts.length) - 1];
    return Math.min(start + Math.max(column, 1) - 1, this.text.length);
  }

  location(from: number, to: number): Location {
    const start = Math.min(Math.max(from, 0), this.text.length);
    const end = Math.min(Math.max(to, start), this.text.length);
    const first = this.position(start);
    const last = this.position(end);
    return { file: this.file, start, end, ...first, endLine: last.line, endColumn: last.column };
  }

  /** The first line with content, for what concerns the whole file: not a comment, nor what begins a YAML document. */
  firstLine(): Location {
    const line = this.starts.findIndex((start, index) => {
      const text = this.text.slice(start, this.starts[index + 1]).trim();
      return text !== '' && !/^(#|%|---\s*(#|$))/.test(text);
    });
    const start = this.starts[Math.max(line, 0)];
    const end = this.starts[Math.max(line, 0) + 1] ?? this.text.length;
    return this.location(start, this.trimEnd(start, end));
  }

  /** `end` moved before trailing white space. */
  trimEnd(start: number, end: number): number {
    let trimmed = Math.min(end, this.text.length);
    while (trimmed > start && ' \t\r\n'.includes(this.text[trimmed - 1])) trimmed--;
    return trimmed;
  }
}
