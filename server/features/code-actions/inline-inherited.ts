import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types';
import { PRESET } from '../../../src/config/presets/presets.ts';
import { formatPath, nodeAt, type Path, plainValue, type TreeNode } from '../../../src/config/tree.ts';
import { uriOf } from '../../addresses.ts';
import { insertSetting, replacement } from '../../insert-setting.ts';

import { isInEdit, nodeAtPosition } from '../../node-at.ts';
import { blockLines, flowText } from '../../yaml-text.ts';
import { type ActionContext, type ActionMaker, oneEdit, type Step } from './action.ts';

/** Settings that are paths, relative to the file that names them. */
const PATHS = new Set(['dataset.path', 'dataset.splits.file', 'training.initial_weights']);

/**
 * Writes into this file what it inherits: the rest of the section under the cursor, the list that a change of an
 * inherited list comes to, or, on `extends`, one of the sections that are inherited as a whole.
 */
export const inlineInherited: ActionMaker = context => {
  const { document, resolved, start } = context;
  const { line, column } = document.lines.position(start);
  const at = nodeAtPosition(document, { line: line - 1, character: column - 1 });
  if (at === undefined || document.file.startsWith(PRESET) || resolved.tree === undefined) return [];
  if (at.path[0] === 'extends') return at.onKey ? wholeSections(context) : [];
  const path = at.onKey && !isInEdit(at.path) ? at.path : [];
  if (path.length === 0 || path.some(part => typeof part === 'number')) return [];
  const merged = nodeAt(resolved.tree, path);
  if (merged?.key?.file !== document.file) return [];
  const isEdit = at.node.kind === 'map' && [...at.node.entries.keys()].some(key => key.startsWith('$'));
  if (isEdit) return merged.kind === 'list' ? [writtenOut(path, at.node, merged, context)] : [];
  if (merged.kind !== 'map') return [];
  const inherited = missingIn(merged, path, document.file);
  const count = inherited.length === 1 ? 'setting' : `${inherited.length} settings`;
  return action(`Inline the inherited ${count} of \`${formatPath(path)}\``, inherited, context);
};

/** Settings that a map has from other files, down to the maps that are wholly theirs. */
function missingIn(merged: TreeNode, path: Path, file: string): { path: Path; node: TreeNode }[] {
  if (merged.kind !== 'map') return [];
  return [...merged.entries].flatMap(([key, node]) => {
    const inner = [...path, key];
    if (node.key !== undefined && node.key.file !== file) return [{ path: inner, node }];
    return missingIn(node, inner, file);
  });
}

function wholeSections(context: ActionContext): CodeAction[] {
  return missingIn(context.resolved.tree!, [], context.document.file)
    .filter(({ path }) => path.length === 1)
    .flatMap(setting => {
      const { file } = setting.node.location;
      const from = file.startsWith(PRESET) ? file.slice(PRESET.length) : basename(file);
      return action(`Inline \`${formatPath(setting.path)}\` of ${from}`, [setting], context);
    });
}

function action(
  title: string,
  settings: readonly { path: Path; node: TreeNode }[],
  context: ActionContext,
): CodeAction[] {
  if (settings.length === 0) return [];
  const { file } = context.document;
  const steps = settings.map(
    ({ path, node }): Step =>
      document =>
        insertSetting(document, path, asWrittenIn(file, path, node)),
  );
  const edit = oneEdit(context.document, steps);
  if (edit === undefined) return [];
  return [{ title, kind: CodeActionKind.RefactorInline, edit: { changes: { [uriOf(file)]: [edit] } } }];
}

/** The value of a node, its paths relative to the file that it is written into. */
function asWrittenIn(file: string, path: Path, node: TreeNode): unknown {
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, child]) => [key, asWrittenIn(file, [...path, key], child)]);
    return Object.fromEntries(entries);
  }
  if (node.kind === 'list' && formatPath(path) === 'plugins')
    return node.items.map(item => relocated(file, item.location.file, plainValue(item)));
  const value = plainValue(node);
  return PATHS.has(formatPath(path)) ? relocated(file, node.location.file, value) : value;
}

function relocated(file: string, from: string, value: unknown): unknown {
  if (typeof value !== 'string' || isAbsolute(value) || dirname(from) === dirname(file)) return value;
  const path = relative(dirname(file), resolve(dirname(from), value)).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

function writtenOut(path: Path, own: TreeNode, merged: TreeNode, { document }: ActionContext): CodeAction {
  const key = own.key!;
  const value = asWrittenIn(document.file, path, merged);
  const newline = document.text.includes('\r\n') ? '\r\n' : '\n';
  const lines = blockLines(value, ' '.repeat(key.column + 1));
  const text = lines.length === 0 ? ` ${flowText(value)}` : `${newline}${lines.join(newline)}`;
  // Behind the colon, so that a change in braces becomes a list on lines.
  const start = document.text.indexOf(':', key.end) + 1;
  return {
    title: `Write out the list that \`${formatPath(path)}\` comes to`,
    kind: CodeActionKind.RefactorInline,
    edit: { changes: { [uriOf(document.file)]: [replacement(document, start, own.location.end, text)] } },
  };
}
