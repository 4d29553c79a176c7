import { parseTag } from '../../src/runs/run-notes.ts';

/** Pairs `name=value` as people edit them in a line: blanks between them, or semicolons where a value has a blank. */
export const joinPairs = (pairs: readonly string[]): string =>
  pairs.join(pairs.some(pair => /\s/.test(pair)) ? '; ' : ' ');

export const splitPairs = (text: string): string[] =>
  text
    .split(text.includes(';') || onePair(text) ? ';' : /\s+/)
    .map(pair => pair.trim())
    .filter(Boolean);

/** What is wrong with a line of pairs; undefined where nothing is. */
export function wrongPairs(text: string): string | undefined {
  try {
    splitPairs(text).forEach(parseTag);
    return undefined;
  } catch {
    return 'Write name=value, several with blanks between them (with semicolons where a value has a blank).';
  }
}

/** A single pair may have blanks in its value. */
const onePair = (text: string): boolean => text.split('=').length === 2;
