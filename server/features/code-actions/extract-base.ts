import { dirname, join } from 'node:path';
import { type CodeAction, CodeActionKind, type TextEdit } from 'vscode-languageserver-types';
import { isAlias, isNode, visit } from 'yaml';
import type { ParsedDocument } from '../../../src/config/document.ts';
import { PRESET } from '../../../src/config/presets/presets.ts';
import { childOf, type TreeNode } from '../../../src/config/tree.ts';
import { START, uriOf } from '../../addresses.ts';
import { isFlow, replacement } from '../../insert-setting.ts';
import { type ActionContext, type ActionMaker, isSelected } from './action.ts';

interface Section {
  readonly key: string;
  /** Offsets of its lines, with the comments right above it. */
  readonly start: number;
  readonly end: number;
}

/**
 * Moves the selected sections, or the one under the cursor, to a new file beside this one, which is then extended. The
 * new base comes last in `extends`, so that the configuration means the same as before.
 */
export const extractBase: ActionMaker = context => {
  const { document, readers } = context;
  const { root } = document;
  if (root?.kind !== 'map' || document.file.startsWith(PRESET) || isFlow(document, root)) return [];
  const hasSelection = context.start < context.end;
  const chosen = [...root.entries].filter(([key, node]) => {
    if (key === 'extends' || node.key === undefined) return false;
    return isSelected(context, node.key) || (hasSelection && isSelected(context, node.location));
  });
  if (chosen.length === 0 || chosen.length === root.entries.size) return [];
  const sections = chosen.map(([key, node]) => sectionOf(key, node, document));
  if (sharesAnchor(document, sections)) return [];
  const name = freeName(chosen.length === 1 ? chosen[0][0] : 'base', dirname(document.file), readers);
  const content = sections.map(({ start, end }) => document.text.slice(start, end)).join('');
  const what = chosen.length === 1 ? `\`${chosen[0][0]}\`` : `${chosen.length} sections`;
  return [move(`Extract ${what} to ${name}`, name, content, sections, context)];
};

function move(
  title: string,
  name: string,
  content: string,
  sections: readonly Section[],
  { document }: ActionContext,
): CodeAction {
  const uri = uriOf(join(dirname(document.file), name));
  const own = { uri: uriOf(document.file), version: null };
  const text = content.endsWith('\n') ? content : `${content}\n`;
  return {
    title,
    kind: CodeActionKind.RefactorExtract,
    edit: {
      documentChanges: [
        { kind: 'create', uri, options: { ignoreIfExists: false, overwrite: false } },
        { textDocument: { uri, version: null }, edits: [{ range: START, newText: text }] },
        {
          textDocument: own,
          edits: [extend(document, `./${name}`), ...sections.map(one => removal(one, document))],
        },
      ],
    },
  };
}

/** Takes a section out, and one of the two blank lines that would be left. */
function removal({ start, end }: Section, document: ParsedDocument): TextEdit {
  const blankAbove = /(^|\n)[ \t]*\r?\n$/.test(document.text.slice(0, start));
  const blankBelow = /^[ \t]*\r?\n/.exec(document.text.slice(end))?.[0].length ?? 0;
  return replacement(document, start, blankAbove ? end + blankBelow : end, '');
}

/** Whether an anchor lies on one side of the cut and an alias of it on the other: an anchor holds in its file alone. */
function sharesAnchor({ yaml }: ParsedDocument, sections: readonly Section[]): boolean {
  const inside = (at: number) => sections.some(({ start, end }) => start <= at && at < end);
  const anchored = new Map<string, boolean>();
  let shared = false;
  visit(yaml?.contents ?? null, (_, node) => {
    if (!isNode(node)) return;
    const moved = inside(node.range?.[0] ?? 0);
    if (isAlias(node)) shared ||= (anchored.get(node.source) ?? moved) !== moved;
    else if (node.anchor) anchored.set(node.anchor, moved);
  });
  return shared;
}

/** Adds an entry at the end of `extends`. */
function extend(document: ParsedDocument, name: string): TextEdit {
  const node = childOf(document.root, 'extends');
  const newline = document.text.includes('\r\n') ? '\r\n' : '\n';
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) {
    const first = document.lines.firstLine().start;
    return replacement(document, first, first, `extends: ${name}${newline}`);
  }
  const { start, end } = node.location;
  if (node.kind !== 'list')
    return replacement(document, start, end, `[${document.text.slice(start, end)}, ${name}]`);
  const last = node.items.at(-1);
  if (last === undefined) return replacement(document, start, end, `[${name}]`);
  if (isFlow(document, node)) return replacement(document, last.location.end, last.location.end, `, ${name}`);
  const lineStart = document.lines.starts[last.location.line - 1];
  const dash = document.text.slice(lineStart, last.location.start);
  const lineEnd = document.lines.trimEnd(lineStart, document.lines.starts[last.location.line] ?? end);
  return replacement(document, lineEnd, lineEnd, `${newline}${dash}${name}`);
}

function sectionOf(key: string, node: TreeNode, document: ParsedDocument): Section {
  const { starts } = document.lines;
  const lineText = (line: number) => document.text.slice(starts[line - 1], starts[line]);
  let first = node.key!.line;
  while (first > 1 && /^#/.test(lineText(first - 1)) && !isHeader(first - 1, lineText)) first--;
  const newline = document.text.indexOf('\n', node.location.end);
  return { key, start: starts[first - 1], end: newline === -1 ? document.text.length : newline + 1 };
}

/** Comments at the top of the file are about the file, not about its first section. */
function isHeader(line: number, lineText: (line: number) => string): boolean {
  for (let above = line; above >= 1; above--) if (!/^\s*(#|$)/.test(lineText(above))) return false;
  return true;
}

function freeName(stem: string, folder: string, readers: ActionContext['readers']): string {
  const isTaken = (name: string) =>
    readers.document(join(folder, name)) !== undefined || readers.folder(folder).includes(name);
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? '' : `-${count}`}.innereye.yaml`;
    if (!isTaken(name)) return name;
  }
}
