import { readDocument } from '../../src/config/document.ts';
import { nodeAt, parsePath } from '../../src/config/tree.ts';

/** A setting that was changed while a training was stopped. */
export interface Change {
  readonly setting: string;
  readonly value: number;
  /** Where the setting was written at launch; lines and columns count from 1. Absent for defaults and copies of a run. */
  readonly location?: {
    readonly file: string;
    readonly start: number;
    readonly end: number;
  };
  /** What stood there, from the setting's key on. */
  readonly text?: string;
}

/** Offsets in a text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a setting's value stands in the text as it is now: where it was, if the same is still written there, else where
 * the text has the setting, if that is what was there or what was written back before.
 * @returns undefined where someone has changed it since: theirs is not to be overwritten.
 */
export function placeToWrite(
  text: string,
  { setting, location, text: before = '' }: Change,
  written?: string,
): Stretch | undefined {
  if (location === undefined || before === '') return undefined;
  const { start, end } = location;
  if (text.slice(end - before.length, end) === before && !/[\w.]/.test(text[end] ?? ''))
    return { start, end };
  const node = nodeAt(readDocument(location.file, text).root, parsePath(setting));
  if (node?.kind !== 'scalar' || node.location.file !== location.file) return undefined;
  const now = text.slice(node.location.start, node.location.end);
  const known = [before.slice(before.length - (end - start)), written];
  return known.includes(now) ? { start: node.location.start, end: node.location.end } : undefined;
}
