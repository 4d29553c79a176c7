import type { Path } from '../../../src/config/tree.ts';

/** Nothing in a configuration lies as deep. */
const MAXIMUM_DEPTH = 60;

/** A bracket that is open at the cursor. */
interface Open {
  readonly bracket: '{' | '[';
  /** The key whose value is being written. */
  key: string | undefined;
  index: number;
}

/** How far a stretch of flow YAML (`{…}`, `[…]`) goes. */
export type Flow =
  | { readonly kind: 'closed'; readonly end: number }
  /** The cursor lies in it. `start` is where the word at the cursor begins; `quoted` inside of quotes. */
  | {
      readonly kind: 'open';
      readonly path: Path;
      readonly expects: 'key' | 'value' | 'entry';
      readonly start: number;
      readonly quoted: boolean;
    }
  /** It lies in a comment or in a text of several lines. */
  | { readonly kind: 'comment' };

/**
 * Reads flow YAML from its bracket at `from` to the cursor at `to`. A bracket that was forgotten ends where a line goes
 * back to the column of the key that the value belongs to.
 */
export function scanFlow(text: string, from: number, to: number, column: number): Flow {
  const open: Open[] = [];
  let word = -1;
  for (let at = from; at < to; at++) {
    const top = open.at(-1);
    const character = text[at];
    if (character === '\n') {
      if (leavesFlow(text, at + 1, column)) return { kind: 'closed', end: at };
    } else if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const end = text.indexOf('\n', at);
      if (end === -1 || end >= to) return { kind: 'comment' };
      at = end - 1;
    } else if (word === -1 && (character === '"' || character === "'")) {
      const end = text.indexOf(character, at + 1);
      if (end === -1 || end >= to) {
        const nowhere = top === undefined || text.slice(at, to).includes('\n');
        return nowhere ? { kind: 'comment' } : place(open, at + 1, to, true);
      }
      word = at;
      at = end;
    } else if (character === '{' || character === '[') {
      if (open.length === MAXIMUM_DEPTH) return { kind: 'comment' };
      open.push({ bracket: character, key: undefined, index: 0 });
      word = -1;
    } else if (character === '}' || character === ']') {
      open.pop();
      word = -1;
      if (open.length === 0) return { kind: 'closed', end: at + 1 };
    } else if (character === ',' && top !== undefined) {
      top.index++;
      top.key = undefined;
      word = -1;
    } else if (character === ':' && top !== undefined && /[\s,{}[\]]/.test(text[at + 1] ?? ' ')) {
      if (word !== -1) top.key = unquoted(text.slice(word, at).trim());
      word = -1;
    } else if (word === -1 && !/\s/.test(character)) word = at;
  }
  const isOnLine = word !== -1 && !text.slice(word, to).includes('\n');
  return place(open, isOnLine ? word : to, to, false);
}

function place(open: readonly Open[], start: number, to: number, quoted: boolean): Flow {
  const path = open.flatMap(({ bracket, key, index }) => [
    ...(bracket === '[' ? [index] : []),
    ...(key === undefined ? [] : [key]),
  ]);
  const top = open.at(-1);
  const expects = top?.key !== undefined ? 'value' : top?.bracket === '[' ? 'entry' : 'key';
  return { kind: 'open', path, expects, start: Math.min(start, to), quoted };
}

/** True where the line that begins at `at` stands no further in than the key and does not begin with a bracket. */
function leavesFlow(text: string, at: number, column: number): boolean {
  let first = at;
  while (text[first] === ' ' || text[first] === '\t') first++;
  const character = text[first];
  if (character === undefined || character === '\n' || character === '\r') return false;
  return first - at <= column && character !== '}' && character !== ']';
}

export function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
