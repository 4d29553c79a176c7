import { isDeepStrictEqual } from 'node:util';
import type { TextEdit } from 'vscode-languageserver-types';
import { type ParsedDocument, readDocument } from '../../src/config/document.ts';
import { plainValue } from '../../src/config/tree.ts';
import { formatText } from '../format-text.ts';
import { lineEdits } from '../line-edits.ts';

/**
 * Formats a configuration: two spaces a level, one space between tokens, one blank line at most; comments, quotes and
 * line breaks stay. A file with syntax errors is left alone, and so is one that would not say the same afterwards.
 */
export function formatting(document: ParsedDocument): TextEdit[] {
  if (document.yaml === undefined || document.diagnostics.some(({ code }) => code === 'syntax')) return [];
  const formatted = formatText(document.text);
  if (formatted === undefined) return [];
  const text = document.text.includes('\r\n') ? formatted.replaceAll('\n', '\r\n') : formatted;
  return text === document.text || !saysTheSame(document, text) ? [] : lineEdits(document, text);
}

function saysTheSame(document: ParsedDocument, text: string): boolean {
  const { root, diagnostics } = readDocument(document.file, text);
  const codes = (all: ParsedDocument['diagnostics']) => all.map(({ code }) => code);
  if (!isDeepStrictEqual(codes(diagnostics), codes(document.diagnostics))) return false;
  const value = (node: ParsedDocument['root']) => (node === undefined ? null : plainValue(node));
  return isDeepStrictEqual(value(root), value(document.root));
}
