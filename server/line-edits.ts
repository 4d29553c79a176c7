import type { TextEdit } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../src/config/document.ts';
import { replacement } from './insert-setting.ts';

/**
 * Edits from a document to a text, each of few lines, so that an editor keeps cursors, folds and breakpoints in the
 * others. For texts that differ in white space: lines are matched by what else they hold.
 */
export function lineEdits(document: ParsedDocument, text: string): TextEdit[] {
  const before = withEnds(document.text);
  const after = withEnds(text);
  const edits: TextEdit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (before[i] === after[j]) {
      i++;
      j++;
      continue;
    }
    const from = document.lines.starts[i] ?? document.text.length;
    // A blank line that is only in one of the two, or a line that is in both with other white space.
    if (j >= after.length || (i < before.length && isBlank(before[i]) && !isBlank(after[j]))) {
      edits.push(replacement(document, from, from + before[i].length, ''));
      i++;
    } else if (i >= before.length || (isBlank(after[j]) && !isBlank(before[i]))) {
      edits.push(replacement(document, from, from, after[j]));
      j++;
    } else {
      edits.push(replacement(document, from, from + before[i].length, after[j]));
      i++;
      j++;
    }
  }
  return edits;
}

function withEnds(text: string): string[] {
  return text.split(/(?<=\n)/).filter(line => line !== '');
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
