import type { TextEdit } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../src/config/document.ts';
import { type MapNode, nearestNode, type Path, type TreeNode } from '../src/config/tree.ts';
import { rangeOf } from './addresses.ts';
import { flowText, nameText, settingLines } from './yaml-text.ts';

/**
 * The edit that writes a setting that a file does not have yet: into the map that is there, in its style, or as a new
 * section. Undefined where something else than a map stands in the way.
 */
export function insertSetting(document: ParsedDocument, path: Path, value: unknown): TextEdit | undefined {
  const { root } = document;
  if (root === undefined || (root.kind === 'scalar' && root.value === null))
    return appended(document, path, value);
  const { node, depth } = nearestNode(root, path);
  if (depth === path.length) return undefined;
  const nested = path.slice(depth + 1).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  const key = String(path[depth]);
  if (typeof path[depth] === 'number') return undefined;
  if (node.kind === 'map' && node.location.start < node.location.end) {
    return isFlow(document, node)
      ? intoFlow(document, node, key, nested)
      : intoBlock(document, node, key, nested);
  }
  return node.kind === 'scalar' && node.value === null ? forNothing(document, node, key, nested) : undefined;
}

/** True for a map or list in brackets. */
export function isFlow(document: ParsedDocument, node: TreeNode): boolean {
  return '{['.includes(document.text[node.location.start] ?? ' ');
}

function intoFlow(document: ParsedDocument, map: MapNode, key: string, value: unknown): TextEdit {
  const entry = `${nameText(key)}: ${flowText(value)}`;
  const last = Math.max(
    0,
    ...[...map.entries.values()].map(({ location, key: at }) => lastOffset(map, location.end, at?.end)),
  );
  if (last === 0) return replacement(document, map.location.start + 1, map.location.end - 1, ` ${entry} `);
  const behind = document.text.slice(last, map.location.end - 1);
  const comma = behind.indexOf(',');
  if (comma !== -1) return replacement(document, last + comma + 1, last + comma + 1, ` ${entry}`);
  return replacement(document, last, last, `, ${entry}`);
}

/** The end of an entry; what an alias stands for may lie outside of the map. */
function lastOffset({ location }: MapNode, value: number, key = 0): number {
  const ends = [value, key].filter(end => location.start < end && end < location.end);
  return Math.max(0, ...ends);
}

function intoBlock(document: ParsedDocument, map: MapNode, key: string, value: unknown): TextEdit {
  const column = Math.min(...[...map.entries.values()].map(entry => entry.key?.column ?? 1));
  const indent = ' '.repeat(column - 1);
  return onNewLine(document, map.location.end, settingLines(key, value, indent));
}

/** Behind `section:` with nothing after it. */
function forNothing(document: ParsedDocument, node: TreeNode, key: string, value: unknown): TextEdit {
  const column = node.key?.column ?? 1;
  const text = settingLines(key, value, ' '.repeat(column + 1));
  return onNewLine(document, (node.key ?? node.location).end, text);
}

function appended(document: ParsedDocument, [first, ...rest]: Path, value: unknown): TextEdit {
  const nested = rest.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  return onNewLine(
    document,
    document.lines.trimEnd(0, document.text.length),
    settingLines(String(first), nested, ''),
  );
}

/** Inserts lines below the line of an offset, behind its comment. */
function onNewLine(document: ParsedDocument, offset: number, added: readonly string[]): TextEdit {
  const newline = document.text.includes('\r\n') ? '\r\n' : '\n';
  const lines = added.join(newline);
  const end = document.text.indexOf('\n', offset);
  if (document.text.trim() === '')
    return replacement(document, 0, document.text.length, `${lines}${newline}`);
  if (end === -1)
    return replacement(document, document.text.length, document.text.length, `${newline}${lines}${newline}`);
  return replacement(document, end + 1, end + 1, `${lines}${newline}`);
}

/** The edit that puts text in the place of a stretch of the document. */
export function replacement(document: ParsedDocument, start: number, end: number, newText: string): TextEdit {
  return { range: rangeOf(document.lines.location(start, end)), newText };
}
