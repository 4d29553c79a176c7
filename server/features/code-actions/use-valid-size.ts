import { parse } from 'yaml';
import type { Diagnostic } from '../../../src/config/diagnostic.ts';
import { nodeAt, parsePath } from '../../../src/config/tree.ts';
import { insertSetting, replacement } from '../../insert-setting.ts';
import { type ActionContext, type ActionMaker, quickFix } from './action.ts';

/** Rounds a crop or tile size to the nearest one that fits the network. */
export const roundCropSize: ActionMaker = context =>
  context.findings
    .filter(({ code }) => code === 'crop-size')
    .flatMap(finding => {
      const what = finding.path === 'inference.window' ? 'tile' : 'crop';
      return withSuggestion(context, finding, `Round the ${what} size to ${finding.suggestion}`);
    });

/** The suggested value in the place of the faulty one, or as a setting of this file where that one is inherited. */
export function withSuggestion(context: ActionContext, finding: Diagnostic, title: string) {
  const { document, resolved } = context;
  const { suggestion, path, location } = finding;
  if (suggestion === undefined || path === undefined) return [];
  const node = nodeAt(resolved.tree, parsePath(path));
  const isHere = location.file === document.file && node?.location.start === location.start;
  const edit = isHere
    ? replacement(document, location.start, location.end, suggestion)
    : insertSetting(document, parsePath(path), parse(suggestion));
  return edit === undefined ? [] : [quickFix(context, [finding], title, [edit], true)];
}
