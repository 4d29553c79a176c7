import type { CodeAction, Diagnostic, Range } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import type { Readers } from '../readers.ts';
import { type ActionContext, type ActionMaker, isSelected } from './code-actions/action.ts';
import { addMissingKey } from './code-actions/add-missing-key.ts';
import { balanceClassWeights } from './code-actions/balance-class-weights.ts';
import { convertOldNames } from './code-actions/convert-old-names.ts';
import { extractBase } from './code-actions/extract-base.ts';
import { fixSpelling } from './code-actions/fix-spelling.ts';
import { inlineInherited } from './code-actions/inline-inherited.ts';
import { roundCropSize } from './code-actions/use-valid-size.ts';
import { findingsOf } from './diagnostics.ts';

/** Each action writes the file and reads it again: for longer ones, which nobody writes by hand, that takes seconds. */
const MAXIMUM_CHARACTERS = 60_000;

/** The kinds of action, in the order in which they are offered. */
const MAKERS: readonly ActionMaker[] = [
  fixSpelling,
  addMissingKey,
  roundCropSize,
  balanceClassWeights,
  convertOldNames,
  extractBase,
  inlineInherited,
];

/**
 * What can be done at a selection: fixes for what is wrong there, and changes that keep the meaning.
 * @param shown the findings that the editor shows there, for it to tell which of them an action mends.
 */
export function codeActions(
  document: ParsedDocument,
  range: Range,
  shown: readonly Diagnostic[],
  readers: Readers,
): CodeAction[] {
  if (document.file.startsWith(PRESET) || document.text.length > MAXIMUM_CHARACTERS) return [];
  const { lines, file } = document;
  const resolved = readers.resolve(file);
  const context: ActionContext = {
    document,
    resolved,
    start: lines.offset(range.start.line + 1, range.start.character + 1),
    end: lines.offset(range.end.line + 1, range.end.character + 1),
    findings: [],
    shown,
    readers,
  };
  const findings = findingsOf(file, readers).filter(({ location, related }) =>
    [location, ...related.map(one => one.location)].some(place => isSelected(context, place)),
  );
  return MAKERS.flatMap(maker => maker({ ...context, findings }));
}
