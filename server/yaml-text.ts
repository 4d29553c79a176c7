import { parse } from 'yaml';

/** Longer values are written on several lines. */
const MAXIMUM_WIDTH = 100;

/** A value as YAML on one line, as it may stand anywhere in a configuration, inside of `{…}` and `[…]` too. */
export function flowText(value: unknown): string {
  if (typeof value === 'string') return nameText(value);
  if (typeof value !== 'object' || value === null) return String(value ?? null);
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  const pairs = entries.map(([key, child]) => `${nameText(key)}: ${flowText(child)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/**
 * `key: value` in the style of the examples, on as many lines as it takes: short maps in braces, a step a line. Lines
 * but the first are indented by `indent` and more.
 */
export function settingLines(key: string, value: unknown, indent: string): string[] {
  const line = `${indent}${nameText(key)}: ${flowText(value)}`;
  if (fits(line, value, indent === '')) return [line];
  return [`${indent}${nameText(key)}:`, ...blockLines(value, `${indent}  `)];
}

/** A map or list on lines of its own, all of them indented. */
export function blockLines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap(item => itemLines(item, indent));
  if (typeof value !== 'object' || value === null) return [`${indent}${flowText(value)}`];
  return Object.entries(value).flatMap(([key, child]) => settingLines(key, child, indent));
}

/** `- liver`, `- { name: liver, label: 1 }`, or for a step `- random_flip: { axes: [x] }`. */
function itemLines(item: unknown, indent: string): string[] {
  const line = `${indent}- ${flowText(item)}`;
  const isMap = typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!isMap || (line.length <= MAXIMUM_WIDTH && Object.keys(item).length !== 1)) return [line];
  const [first, ...rest] = blockLines(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** Short lists of plain values and short maps of such fit; steps and sections inside of others get lines of their own. */
function fits(line: string, value: unknown, section: boolean): boolean {
  if (line.length > MAXIMUM_WIDTH) return false;
  const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null;
  const isFlat = (one: unknown): boolean => isPlain(one) || (Array.isArray(one) && one.every(isPlain));
  if (isFlat(value)) return true;
  const held = Object.values(value as object);
  return !Array.isArray(value) && (section ? held.every(isFlat) : held.every(one => !hasMaps(one)));
}

function hasMaps(value: unknown): boolean {
  return Array.isArray(value) && value.some(item => typeof item === 'object' && !Array.isArray(item));
}

/** Words that YAML reads as something else than a text. */
const SPECIAL = /^(null|true|false)$/i;

/** A text as a YAML scalar: plain where that is read back as the same text, in a flow list or map too; else quoted. */
export function nameText(name: string): string {
  if (/^[A-Za-z_][\w./-]*$/.test(name)) return SPECIAL.test(name) ? JSON.stringify(name) : name;
  const plain = /^[\p{L}\p{N}_./][\p{L}\p{N}_./-]*( [\p{L}\p{N}_./-]+)*$/u.test(name);
  try {
    if (plain && parse(name) === name) return name;
  } catch {
    // Quoted then.
  }
  return JSON.stringify(name);
}
