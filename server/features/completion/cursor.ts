import type { Path } from '../../../src/config/tree.ts';
import { scanFlow, unquoted } from './flow.ts';

/** Where in the settings the cursor stands. */
export interface Cursor {
  /**
   * `key`: a key is written into the map at `path` (in block YAML perhaps an entry, where a list is expected there);
   * `value`: the value of the setting at `path`; `entry`: an entry of a list, at `path` with its index, whose text can
   * be a value as well as the first key of a map.
   */
  readonly expects: 'key' | 'value' | 'entry';
  readonly path: Path;
  /** The stretch of the word at the cursor, which a completion replaces. */
  readonly start: number;
  readonly end: number;
  readonly flow: boolean;
  readonly quoted: boolean;
  /** True where the key at the cursor has its colon already. */
  readonly hasColon: boolean;
  /** Column of the word, and of the first character of its line; what is inserted is indented by their difference. */
  readonly column: number;
  readonly indent: number;
}

/** What the lines above have opened. */
interface Frame {
  readonly column: number;
  readonly kind: 'key' | 'item';
  part: string | number;
  /** True where its value is complete on its line, so that nothing can stand below it. */
  closed: boolean;
}

/**
 * Reads the place of the cursor off the text before it, line by line. Nothing is parsed: it works the same however
 * broken the rest of the file is. Undefined in comments and block texts, and behind a complete value.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const frames: Frame[] = [];
  let blockText = -1;
  for (let start = 0; start <= offset; ) {
    const newline = text.indexOf('\n', start);
    let end = newline === -1 ? text.length : newline;
    const isLast = offset <= end;
    if (text[end - 1] === '\r' && offset < end) end--;
    const indent = leading(text, start, end);
    const first = start + indent;
    const blank = first >= end || text[first] === '\r';
    if (blockText !== -1 && (blank ? !isLast || offset - start > blockText : indent > blockText)) {
      if (isLast) return undefined;
      start = end + 1;
      continue;
    }
    blockText = -1;
    if (blank || text[first] === '#') {
      if (isLast)
        return text[first] === '#' && offset > first ? undefined : atBlank(frames, text, start, offset);
      start = newline + 1;
      continue;
    }
    if (/^(---|\.\.\.)\s*$/.test(text.slice(first, Math.min(end, first + 8)))) frames.length = 0;
    const line = { text, start, end, indent, offset: isLast ? offset : Number.POSITIVE_INFINITY };
    const read = readLine(line, frames);
    if (read.kind === 'cursor') return read.cursor;
    if (read.kind === 'flow') {
      const flow = scanFlow(text, read.from, offset, read.column);
      if (flow.kind === 'comment') return undefined;
      if (flow.kind === 'open') return inFlow(flow, frames, text, offset);
      end = Math.max(end, text.indexOf('\n', flow.end) === -1 ? text.length : text.indexOf('\n', flow.end));
      if (offset <= end) return undefined;
    }
    if (read.kind === 'block text') blockText = read.column;
    if (newline === -1) return undefined;
    start = end + 1;
  }
  return undefined;
}

type Read =
  | { readonly kind: 'cursor'; readonly cursor: Cursor | undefined }
  | { readonly kind: 'flow'; readonly from: number; readonly column: number }
  | { readonly kind: 'block text'; readonly column: number }
  | { readonly kind: 'done' };

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  /** Of the cursor; infinite where it is on a later line. */
  readonly offset: number;
}

/** Takes a line with content into the frames, or finds the cursor in it. */
function readLine(line: Line, frames: Frame[]): Read {
  const { text, start, end, indent, offset } = line;
  let at = start + indent;
  if (offset < at) return { kind: 'cursor', cursor: atBlank(frames, text, start, offset) };
  let behindDash = false;
  while (text[at] === '-' && (at + 1 >= end || /\s/.test(text[at + 1]))) {
    openItem(frames, at - start);
    behindDash = true;
    at++;
    const content = at + leading(text, at, end);
    if (offset < at || (offset === at && content === at)) return { kind: 'cursor', cursor: undefined };
    if (offset < content) return { kind: 'cursor', cursor: entryAt(frames, line) };
    at = content;
  }
  const column = at - start;
  const colon = colonBehindKey(text, at, end);
  if (offset <= (colon ?? end)) {
    if (colon === undefined && (text[at] === '{' || text[at] === '['))
      return { kind: 'flow', from: at, column: indent };
    const path = behindDash ? pathOf(frames) : containerAt(frames, column);
    const word = { start: at, end: colon ?? wordEnd(text, at, offset, end) };
    const expects = behindDash ? 'entry' : 'key';
    if (hasComment(text, at, offset)) return { kind: 'cursor', cursor: undefined };
    return {
      kind: 'cursor',
      cursor: {
        expects,
        path,
        ...word,
        flow: false,
        quoted: false,
        hasColon: colon !== undefined,
        column,
        indent,
      },
    };
  }
  if (colon === undefined) {
    if (text[at] === '{' || text[at] === '[') return { kind: 'flow', from: at, column: indent };
    const top = frames.at(-1);
    if (top !== undefined) top.closed = true;
    return { kind: 'done' };
  }
  openKey(frames, column, unquoted(text.slice(at, colon).trim()));
  return readValue(line, frames, colon + 1, column);
}

/** What stands behind a key's colon. */
function readValue(line: Line, frames: readonly Frame[], behind: number, column: number): Read {
  const { text, start, end, indent, offset } = line;
  let at = behind + leading(text, behind, end);
  const name = /[&!]\S*[ \t]*/y;
  for (name.lastIndex = at; at < end && name.test(text) && name.lastIndex <= end; ) at = name.lastIndex;
  const top = frames.at(-1)!;
  if (offset < at || at >= end || text[at] === '\r') {
    if (offset === Number.POSITIVE_INFINITY) return { kind: 'done' };
    return { kind: 'cursor', cursor: value(offset, offset, false) };
  }
  if (text[at] === '#')
    return offset > at ? commentOr(offset) : { kind: 'cursor', cursor: value(at, at, false) };
  if (text[at] === '{' || text[at] === '[') {
    top.closed = true;
    return offset === at
      ? { kind: 'cursor', cursor: value(at, at, false) }
      : { kind: 'flow', from: at, column };
  }
  top.closed = true;
  if (text[at] === '|' || text[at] === '>') {
    return offset === Number.POSITIVE_INFINITY
      ? { kind: 'block text', column }
      : { kind: 'cursor', cursor: undefined };
  }
  if (offset === Number.POSITIVE_INFINITY) return { kind: 'done' };
  // Behind a value and a blank: the value is complete.
  if (hasComment(text, at, offset) || (offset > at && /\s/.test(text[offset - 1])))
    return { kind: 'cursor', cursor: undefined };
  const quoted = text[at] === '"' || text[at] === "'";
  if (quoted) {
    const close = text.indexOf(text[at], at + 1);
    const last = close === -1 || close > end ? end : close;
    return { kind: 'cursor', cursor: offset > at && offset <= last ? value(at + 1, last, true) : undefined };
  }
  return { kind: 'cursor', cursor: value(at, wordEnd(text, at, offset, end), false) };

  function value(from: number, to: number, quotes: boolean): Cursor {
    return {
      expects: 'value',
      path: pathOf(frames),
      start: from,
      end: to,
      flow: false,
      quoted: quotes,
      hasColon: false,
      column: from - start,
      indent,
    };
  }
  function commentOr(cursor: number): Read {
    return cursor === Number.POSITIVE_INFINITY ? { kind: 'done' } : { kind: 'cursor', cursor: undefined };
  }
}

function inFlow(
  flow: Extract<ReturnType<typeof scanFlow>, { kind: 'open' }>,
  frames: readonly Frame[],
  text: string,
  offset: number,
): Cursor {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let end = offset;
  if (offset > flow.start) while (end < text.length && !/[\s,{}[\]:"']/.test(text[end])) end++;
  const rest = text.slice(end, end + 2);
  return {
    expects: flow.expects,
    path: [...pathOf(frames), ...flow.path],
    start: flow.start,
    end,
    flow: true,
    quoted: flow.quoted,
    hasColon: rest.startsWith(':'),
    column: flow.start - lineStart,
    indent: leading(text, lineStart, offset),
  };
}

/** The cursor on an empty line, or in the white space before a line's content: its column says where it belongs. */
function atBlank(frames: readonly Frame[], text: string, start: number, offset: number): Cursor {
  const column = offset - start;
  return {
    expects: 'key',
    path: containerAt(frames, column),
    start: offset,
    end: offset,
    flow: false,
    quoted: false,
    hasColon: false,
    column,
    indent: leading(text, start, offset),
  };
}

/** The cursor behind a dash, before whatever follows. */
function entryAt(frames: readonly Frame[], { start, indent, offset }: Line): Cursor {
  return {
    expects: 'entry',
    path: pathOf(frames),
    start: offset,
    end: offset,
    flow: false,
    quoted: false,
    hasColon: false,
    column: offset - start,
    indent,
  };
}

function openItem(frames: Frame[], column: number): void {
  while (frames.length > 0 && (frames.at(-1)!.column > column || isOver(frames.at(-1)!))) frames.pop();
  const top = frames.at(-1);
  if (top?.kind === 'item' && top.column === column) {
    top.part = Number(top.part) + 1;
    top.closed = false;
  } else frames.push({ column, kind: 'item', part: 0, closed: false });
}

/** A key with a complete value cannot be what an entry belongs to. */
function isOver({ kind, closed }: Frame): boolean {
  return kind === 'key' && closed;
}

function openKey(frames: Frame[], column: number, part: string): void {
  const kept = framesAt(frames, column);
  frames.length = kept.length;
  frames.push({ column, kind: 'key', part, closed: false });
}

/** The frames that something in a column lies in. */
function framesAt(frames: readonly Frame[], column: number): readonly Frame[] {
  let count = frames.length;
  while (count > 0 && (frames[count - 1].column >= column || frames[count - 1].closed)) count--;
  return frames.slice(0, count);
}

function containerAt(frames: readonly Frame[], column: number): Path {
  return pathOf(framesAt(frames, column));
}

function pathOf(frames: readonly Frame[]): Path {
  return frames.map(({ part }) => part);
}

/** The colon that ends a key which begins at `at`; undefined where there is none before the line or a comment ends. */
function colonBehindKey(text: string, at: number, end: number): number | undefined {
  let from = at;
  if (text[at] === '"' || text[at] === "'") {
    const close = text.indexOf(text[at], at + 1);
    if (close === -1 || close >= end) return undefined;
    from = close + 1;
  } else if (text[at] === '{' || text[at] === '[') return undefined;
  for (let index = from; index < end; index++) {
    const next = text[index + 1];
    if (text[index] === ':' && (index + 1 >= end || next === ' ' || next === '\t' || next === '\r'))
      return index;
    if (text[index] === '#' && (text[index - 1] === ' ' || text[index - 1] === '\t')) return undefined;
  }
  return undefined;
}

function hasComment(text: string, from: number, to: number): boolean {
  const mark = text.slice(from, to).search(/(^|\s)#/);
  return mark !== -1;
}

/** Where the word at the cursor ends; the cursor itself where it stands before a word. */
function wordEnd(text: string, start: number, offset: number, end: number): number {
  if (offset <= start) return offset;
  let at = offset;
  while (at < end && !/[\s#]/.test(text[at])) at++;
  return at;
}

/** How many blanks and tabs there are from an offset on. */
function leading(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return at - from;
}
