import {
  type CompletionItem,
  type CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
} from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../../src/config/document.ts';
import type { PartialConfiguration } from '../../../src/config/resolve-configuration.ts';
import { rangeOf } from '../../addresses.ts';
import type { Readers } from '../../readers.ts';
import type { Setting } from '../../setting.ts';
import type { Cursor } from './cursor.ts';
import { plainText } from './snippet.ts';

/** What is known where something is to be completed. */
export interface Place {
  readonly document: ParsedDocument;
  readonly offset: number;
  readonly cursor: Cursor;
  readonly setting: Setting;
  readonly resolved: PartialConfiguration;
  readonly readers: Readers;
  /** Whether the editor knows snippets. */
  readonly snippets: boolean;
}

/** Something to write at the cursor. */
export interface Suggestion {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** What is written, as a snippet; default: the label as it is. */
  readonly snippet?: string;
  /** What is written where it is no snippet; default: the label. */
  readonly text?: string;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Those of a lower rank come first; within one they keep their order. */
  readonly rank?: number;
  /** Where what is replaced begins; default: the word at the cursor. */
  readonly start?: number;
}

/** Suggestions as the protocol has them, in their order. */
export function asItems(suggestions: readonly Suggestion[], place: Place): CompletionItem[] {
  const { cursor, document } = place;
  return suggestions.map((suggestion, index) => {
    const { label, kind, snippet, detail, documentation, rank = 1, start = cursor.start } = suggestion;
    const isSnippet = place.snippets && snippet !== undefined;
    const text = suggestion.text ?? label;
    const written = snippet === undefined ? text : isSnippet ? snippet : plainText(snippet);
    return {
      label,
      kind,
      sortText: `${rank}${String(index).padStart(4, '0')}`,
      filterText: label,
      insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      insertTextMode: InsertTextMode.adjustIndentation,
      textEdit: {
        range: rangeOf(document.lines.location(start, Math.max(cursor.end, place.offset))),
        newText: needsBlank(place) ? ` ${written}` : written,
      },
      ...(detail === undefined ? {} : { detail }),
      ...(documentation === undefined
        ? {}
        : { documentation: { kind: 'markdown' as const, value: documentation } }),
    };
  });
}

/** Right behind a colon a value needs a blank before it. */
function needsBlank({ cursor, document }: Place): boolean {
  return cursor.expects === 'value' && !cursor.quoted && document.text[cursor.start - 1] === ':';
}
