import type { CodeAction } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../../src/config/document.ts';
import { childOf, formatPath, type Path } from '../../../src/config/tree.ts';
import { insertSetting, replacement } from '../../insert-setting.ts';
import { settingLines } from '../../yaml-text.ts';
import { type ActionContext, type ActionMaker, oneEdit, quickFix, type Step } from './action.ts';
import { meaningOfOldNames, type Setting } from './old-names.ts';

/** Turns settings with the names of InnerEye-DeepLearning, such as `l_rate`, into those that took their place. */
export const convertOldNames: ActionMaker = context => {
  const unknown = context.resolved.diagnostics
    .filter(({ code, location }) => code === 'unknown-key' && location.file === context.document.file)
    .flatMap(({ path }) => (path !== undefined && /^\w+$/.test(path) ? [path] : []));
  const selected = context.findings.flatMap(({ code, path = '' }) =>
    code === 'unknown-key' && unknown.includes(path) ? [path] : [],
  );
  if (selected.length === 0) return [];
  const old = unknown.filter(name => meaningOfOldNames([name], unknown, context).length > 0);
  const actions = selected.flatMap(name => {
    const settings = meaningOfOldNames([name], unknown, context);
    const title = `Convert \`${name}\` to ${settings.map(({ path }) => `\`${formatPath(path)}\``).join(', ')}`;
    return actionFor([name], settings, title, context);
  });
  if (old.length < 2 || actions.length === 0) return actions;
  const title = `Convert all ${old.length} settings with InnerEye-DeepLearning's names`;
  return [...actions, ...actionFor(old, meaningOfOldNames(old, unknown, context), title, context)];
};

function actionFor(
  names: readonly string[],
  settings: readonly Setting[],
  title: string,
  context: ActionContext,
): CodeAction[] {
  if (settings.length === 0) return [];
  const section = names.length === 1 ? newSection(settings, context.document) : undefined;
  const steps = section === undefined ? apart(names, settings) : [inPlace(names[0], section, settings)];
  const edit = oneEdit(context.document, steps);
  const mended = context.findings.filter(({ path = '' }) => names.includes(path));
  return edit === undefined ? [] : [quickFix(context, mended, title, [edit])];
}

/** The section that all settings belong to, where the file does not have it yet. */
function newSection(settings: readonly Setting[], document: ParsedDocument): string | undefined {
  const section = String(settings[0].path[0]);
  const isAlone = settings.every(({ path }) => path[0] === section && path.length > 1);
  return isAlone && childOf(document.root, section) === undefined ? section : undefined;
}

/** A new section takes the line of the old setting, below the comment on it. */
function inPlace(name: string, section: string, settings: readonly Setting[]): Step {
  return document => {
    const node = childOf(document.root, name);
    if (node?.key === undefined) return undefined;
    const value: Record<string, unknown> = {};
    for (const { path, value: own } of settings) Object.assign(value, nested(path.slice(1), own));
    const text = settingLines(section, value, '').join('\n');
    return replacement(document, node.key.start, node.location.end, text);
  };
}

/** Settings of sections that are there are written into them. */
function apart(names: readonly string[], settings: readonly Setting[]): Step[] {
  return [
    ...names.map(name => (document: ParsedDocument) => withoutLines(document, name)),
    ...settings.map(
      ({ path, value }) =>
        (document: ParsedDocument) =>
          insertSetting(document, path, value),
    ),
  ];
}

function withoutLines(document: ParsedDocument, name: string) {
  const node = childOf(document.root, name);
  if (node?.key === undefined) return undefined;
  const start = document.lines.starts[node.key.line - 1];
  const newline = document.text.indexOf('\n', node.location.end);
  return replacement(document, start, newline === -1 ? document.text.length : newline + 1, '');
}

function nested([first, ...rest]: Path, value: unknown): object {
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}
