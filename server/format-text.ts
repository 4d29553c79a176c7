import { type CST, Parser } from 'yaml';
import { type Line, settleComments, spacing, type TokenKind } from './format-lines.ts';

/** Syntax that is not for configurations; such a text is left as it is. */
class Unsupported extends Error {}

/**
 * The text with two spaces a level, one space where one belongs, and no more than one blank line. Nothing but white
 * space between tokens changes, and no line is joined or broken. Undefined for what is no single plain YAML document.
 */
export function formatText(text: string): string | undefined {
  const printer = new Printer();
  try {
    for (const token of new Parser().parse(text)) printer.print(token, 0);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
  return printer.text();
}

class Printer {
  private readonly lines: Line[] = [];
  private line: Line | undefined;
  private last: TokenKind | undefined;
  private space = '';
  /** Offset at which the source's line begins. */
  private lineStart = 0;

  /** Prints a token; lines that begin inside it are indented by `indent`. */
  print(token: CST.Token, indent: number): void {
    switch (token.type) {
      case 'document':
        this.leaves(token.start, 0);
        if (token.value !== undefined) this.print(token.value, 0);
        this.leaves(token.end ?? [], 0);
        return;
      case 'block-map':
      case 'block-seq':
        for (const item of token.items) this.item(item, indent);
        return;
      case 'flow-collection':
        this.flow(token, indent);
        return;
      case 'block-scalar':
        this.blockScalar(token, indent);
        return;
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        this.scalar(token, indent);
        this.leaves(token.end ?? [], indent);
        return;
      case 'comment':
      case 'newline':
      case 'space':
      case 'byte-order-mark':
        this.leaf(token, indent);
        return;
      default:
        throw new Unsupported();
    }
  }

  text(): string {
    this.endLine();
    settleComments(this.lines);
    const kept: string[] = [];
    for (const { text, indent, kind } of this.lines) {
      if (text === '' && kind === 'blank' && (kept.length === 0 || kept.at(-1) === '')) continue;
      kept.push(text === '' ? '' : ' '.repeat(indent) + text);
    }
    while (kept.at(-1) === '') kept.pop();
    return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
  }

  /** An entry of a block: what stands before it, key, colon and value. */
  private item(item: CST.CollectionItem, indent: number): void {
    this.leaves(item.start, indent);
    this.entry(item, indent, indent + 2);
  }

  private entry({ start, key, sep, value }: CST.CollectionItem, indent: number, below: number): void {
    if (start.some(({ type }) => type === 'explicit-key-ind')) throw new Unsupported();
    if (key) this.print(key, indent);
    for (const part of sep ?? []) this.leaf(part, part.type === 'map-value-ind' ? indent : below);
    if (value) this.print(value, below);
  }

  /** What is in brackets: all lines, the one of the closing bracket too, must be indented more than what is around. */
  private flow(token: CST.FlowCollection, indent: number): void {
    const isFirst = this.line === undefined;
    this.leaf(token.start, indent);
    const first = this.line;
    // Lines below a bracket that begins a line are aligned with what stands behind it.
    const hangs = token.start.source === '[' && !token.items[0]?.start.some(({ type }) => type === 'newline');
    const inner = !isFirst ? indent : hangs ? indent + 1 : indent + 2;
    for (const item of token.items) {
      this.leaves(item.start, inner);
      const isPlain = item.key === undefined && this.line === undefined;
      this.entry(item, inner, this.line === first || isPlain ? inner : inner + 2);
    }
    this.leaves(token.end, indent);
  }

  private leaves(tokens: readonly CST.SourceToken[], indent: number): void {
    for (const token of tokens) this.leaf(token, indent);
  }

  private leaf(token: CST.SourceToken, indent: number): void {
    switch (token.type) {
      case 'space':
        this.space = token.source;
        return;
      case 'newline': {
        if (this.line === undefined) this.lines.push({ text: '', column: 0, indent: 0, kind: 'blank' });
        this.endLine();
        this.lineStart = token.offset + token.source.length;
        return;
      }
      case 'doc-start':
      case 'doc-mode':
      case 'flow-error-end':
        throw new Unsupported();
      default:
        this.add(token, token.type === 'comment' ? token.source.trimEnd() : token.source, indent);
    }
  }

  private add({ type, offset }: { type: TokenKind; offset: number }, text: string, indent: number): void {
    if (this.line === undefined) {
      const kind = type === 'comment' ? 'comment' : 'content';
      this.line = { text: '', column: offset - this.lineStart, indent, kind };
    } else this.line.text += spacing(this.last, type, this.space);
    this.line.text += text;
    this.last = type;
    this.space = '';
  }

  private endLine(): void {
    if (this.line !== undefined) this.lines.push(this.line);
    this.line = undefined;
    this.last = undefined;
    this.space = '';
  }

  /** White space around the line breaks inside of a plain or quoted scalar means nothing. */
  private scalar({ type, offset, source }: CST.FlowScalar, indent: number): void {
    const [first, ...rest] = source.split(/\r?\n/);
    this.add({ type, offset }, rest.length > 0 ? first.trimEnd() : first, indent);
    for (const [index, text] of rest.entries()) {
      const last = this.last;
      this.endLine();
      const own = index === rest.length - 1 ? text.trimStart() : text.trim();
      this.line = { text: own, column: 0, indent, kind: 'scalar' };
      this.last = last;
    }
    if (rest.length > 0) this.lineStart = offset + source.lastIndexOf('\n') + 1;
  }

  /** The lines of a literal move together, so that the indentation inside of it stays. */
  private blockScalar(token: CST.BlockScalar, indent: number): void {
    for (const part of token.props) {
      if (!('source' in part) || part.type === 'block-scalar') throw new Unsupported();
      if (part.type === 'block-scalar-header' && /\d/.test(part.source)) throw new Unsupported();
      this.leaf(part as CST.SourceToken, indent);
    }
    this.endLine();
    const lines = token.source.split(/\r?\n/);
    const last = lines.pop() ?? '';
    if (last !== '') lines.push(last);
    const column = Math.min(...lines.filter(text => text.trim() !== '').map(text => text.search(/\S/)));
    for (const text of lines)
      this.lines.push({ text: text.slice(Math.min(column, text.length)), column, indent, kind: 'scalar' });
    const header = token.props.at(-1);
    if (header !== undefined && 'source' in header)
      this.lineStart = header.offset + header.source.length + token.source.length;
  }
}
