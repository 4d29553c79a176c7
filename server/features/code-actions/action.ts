import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic as Shown,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { Diagnostic } from '../../../src/config/diagnostic.ts';
import { type ParsedDocument, readDocument } from '../../../src/config/document.ts';
import type { PartialConfiguration } from '../../../src/config/resolve-configuration.ts';
import type { Location } from '../../../src/config/tree.ts';
import { rangeOf, uriOf } from '../../addresses.ts';
import type { Readers } from '../../readers.ts';

/** What actions are made from. */
export interface ActionContext {
  readonly document: ParsedDocument;
  readonly resolved: PartialConfiguration;
  /** Offsets of the selection; equal where there is only a cursor. */
  readonly start: number;
  readonly end: number;
  /** What is wrong in this file where the selection touches it, or what is related to it there. */
  readonly findings: readonly Diagnostic[];
  /** What the editor shows there; actions say which of it they mend. */
  readonly shown: readonly Shown[];
  readonly readers: Readers;
}

/** Offers what one kind of action can do here. */
export type ActionMaker = (context: ActionContext) => CodeAction[];

/** One step of an action: the edit that it makes in the document as the steps before left it. */
export type Step = (document: ParsedDocument) => TextEdit | undefined;

/** An action that mends findings. */
export function quickFix(
  context: ActionContext,
  findings: readonly Diagnostic[],
  title: string,
  edits: readonly TextEdit[],
  isPreferred = false,
): CodeAction {
  const diagnostics = context.shown.filter(({ code, range: { start } }) =>
    findings.some(one => {
      const place = rangeOf(one.location).start;
      return one.code === code && place.line === start.line && place.character === start.character;
    }),
  );
  return {
    title,
    kind: CodeActionKind.QuickFix,
    edit: { changes: { [uriOf(context.document.file)]: [...edits] } },
    ...(diagnostics.length > 0 ? { diagnostics } : {}),
    ...(isPreferred ? { isPreferred } : {}),
  };
}

/** The one edit that several steps come to; undefined where one of them cannot be done, or nothing changes. */
export function oneEdit(document: ParsedDocument, steps: readonly Step[]): TextEdit | undefined {
  let current = document;
  for (const step of steps) {
    const edit = step(current);
    if (edit === undefined) return undefined;
    current = readDocument(document.file, withEdit(current, edit));
  }
  return smallestEdit(document, current.text);
}

function withEdit({ text, lines }: ParsedDocument, { range: { start, end }, newText }: TextEdit): string {
  const from = lines.offset(start.line + 1, start.character + 1);
  const to = lines.offset(end.line + 1, end.character + 1);
  return text.slice(0, from) + newText + text.slice(to);
}

/** The edit that turns the document into a text, without what both have in common at the beginning and end. */
export function smallestEdit(document: ParsedDocument, text: string): TextEdit | undefined {
  const before = document.text;
  if (before === text) return undefined;
  const shorter = Math.min(before.length, text.length);
  let start = 0;
  while (start < shorter && before[start] === text[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === text.at(-1 - end)) end++;
  const range = rangeOf(document.lines.location(start, before.length - end));
  return { range, newText: text.slice(start, text.length - end) };
}

/** True where the selection touches a stretch of the file. */
export function isSelected({ start, end, document }: ActionContext, location: Location): boolean {
  return location.file === document.file && location.start <= end && start <= location.end;
}
