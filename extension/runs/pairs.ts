import { parseTag } from '../../src/runs/run-notes.ts';

/**
 * Pairs `name=value` as people edit them in a line: blanks between them, or semicolons where values have blanks. Lists
 * and maps in brackets hold together, and so does what stands in double quotes.
 */
export const joinPairs = (pairs: readonly string[]): string =>
  pairs.map(pair => (isPlain(pair) ? pair : quoted(pair))).join(' ');

/** The pairs of a line. */
export function splitPairs(text: string): string[] {
  const mask = masked(text);
  const isOne = mask.split('=').length === 2;
  const pairs: string[] = [];
  let start = 0;
  for (const { 0: separator, index } of mask.matchAll(mask.includes(';') || isOne ? /;/g : /\s+/g)) {
    pairs.push(text.slice(start, index));
    start = index + separator.length;
  }
  pairs.push(text.slice(start));
  return pairs
    .map(pair => pair.trim())
    .filter(Boolean)
    .map(unquoted);
}

/** What is wrong with a line of pairs; undefined where nothing is. */
export function wrongPairs(text: string): string | undefined {
  try {
    splitPairs(text).forEach(parseTag);
    return undefined;
  } catch {
    return 'Write name=value, several with blanks between them; a value with blanks in double quotes.';
  }
}

const QUOTED = /"(?:[^"\\]|\\.)*"/g;
/** Brackets with none inside of them. */
const INNERMOST = /\[[^[\]{}]*\]|\{[^[\]{}]*\}/g;

/** The text with x for all that holds together, so that what is left of blanks and semicolons separates. */
function masked(text: string): string {
  const cover = (part: string) => 'x'.repeat(part.length);
  let mask = text.replace(QUOTED, cover);
  for (let before = ''; before !== mask; ) {
    before = mask;
    mask = mask.replace(INNERMOST, cover);
  }
  return mask;
}

/** Whether a pair needs no quotes: nothing in it separates, or would hold together with the next one. */
const isPlain = (pair: string): boolean =>
  !pair.replace(QUOTED, '').includes('"') && !/[\s;[\]{}]/.test(masked(pair)) && unquoted(pair) === pair;

function quoted(pair: string): string {
  const at = pair.indexOf('=') + 1;
  return pair.slice(0, at) + JSON.stringify(pair.slice(at));
}

/** Quotes go where they hold something together; others, as of the text "5" in YAML, belong to the value. */
function unquoted(pair: string): string {
  const [, name, value] = /^([^="]+=)("(?:[^"\\]|\\.)*")$/.exec(pair) ?? [];
  if (name === undefined || value === undefined || !/[\s;[\]{}\\]/.test(value)) return pair;
  try {
    return name + (JSON.parse(value) as string);
  } catch {
    return pair;
  }
}
