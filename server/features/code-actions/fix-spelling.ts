import { rangeOf } from '../../addresses.ts';
import { nameText } from '../../yaml-text.ts';
import { type ActionMaker, quickFix } from './action.ts';

/** Findings whose suggestion is the name that was meant. */
const MISSPELLED = new Set([
  'unknown-key',
  'unknown-step',
  'unknown-value',
  'unknown-structure',
  'unknown-channel',
  'missing-base',
  'nothing-to-remove',
  'not-in-data-set',
  'unknown-label',
]);

/** Writes the nearest valid name in the place of a misspelled one. */
export const fixSpelling: ActionMaker = context =>
  context.findings.flatMap(finding => {
    const { code, suggestion, location } = finding;
    if (suggestion === undefined || !MISSPELLED.has(code) || location.file !== context.document.file)
      return [];
    const edit = { range: rangeOf(location), newText: nameText(suggestion) };
    return [quickFix(context, [finding], `Change to \`${suggestion}\``, [edit], true)];
  });
