import type { DocumentLink, LocationLink, Position } from 'vscode-languageserver-types';
import type { VirtualText } from '../src/contracts/language.ts';
import { fileOf, PRESET_SCHEME, RESOLVED_SCHEME, rangeOf, uriOf } from './addresses.ts';
import type { Readers } from './readers.ts';
import { meaningText, resolvedText } from './resolved-text.ts';

/** Asks for a resolved configuration without origins, to be compared by meaning. */
const MEANING = '?meaning';

/**
 * The read-only documents of the editor: presets, and configurations with everything they inherit. Remembers what was
 * asked for, to tell what has changed since.
 */
export class VirtualTexts {
  private readonly given = new Map<string, VirtualText>();

  constructor(private readonly readers: Readers) {}

  /** The text of a virtual document; `null` where there is none. */
  text(uri: string): VirtualText {
    const text = virtualText(uri, this.readers);
    this.given.set(uri, text);
    return text;
  }

  /** URIs whose text is not what was last given. Called after files have changed. */
  changed(): string[] {
    return [...this.given]
      .filter(([uri, text]) => virtualText(uri, this.readers) !== text)
      .map(([uri]) => uri);
  }

  /** No more changes are told of a document that was closed. */
  forget(uri: string): void {
    this.given.delete(uri);
  }
}

function virtualText(uri: string, readers: Readers): VirtualText {
  const meaning = uri.endsWith(MEANING);
  const file = fileOf(meaning ? uri.slice(0, -MEANING.length) : uri);
  const document = file === undefined ? undefined : readers.document(file);
  if (document === undefined) return null;
  if (uri.startsWith(PRESET_SCHEME)) return document.text;
  if (!uri.startsWith(RESOLVED_SCHEME)) return null;
  const resolved = readers.resolve(document.file);
  return meaning ? meaningText(resolved) : resolvedText(resolved).text;
}

/** From a line of a resolved configuration to the place that its value comes from. */
export function originDefinition(uri: string, position: Position, readers: Readers): LocationLink[] {
  const file = fileOf(uri);
  if (file === undefined || readers.document(file) === undefined) return [];
  const resolved = readers.resolve(file);
  const path = resolvedText(resolved).paths[position.line];
  const origin = path === undefined ? undefined : resolved.origins.get(path);
  const place = origin?.key ?? origin?.location;
  if (place === undefined) return [];
  const range = rangeOf(place);
  return [{ targetUri: uriOf(place.file), targetRange: range, targetSelectionRange: range }];
}

/** The origins in the comments of a resolved configuration, as links to file and line. */
export function originLinks(uri: string, readers: Readers): DocumentLink[] {
  const file = fileOf(uri);
  if (file === undefined || readers.document(file) === undefined) return [];
  const resolved = readers.resolve(file);
  const { text, paths } = resolvedText(resolved);
  return text.split('\n').flatMap((line, index) => {
    const path = paths[index];
    const place = path === undefined ? undefined : resolved.origins.get(path)?.location;
    const comment = line.lastIndexOf('  # ');
    if (place === undefined || comment === -1) return [];
    const start = { line: index, character: comment + 4 };
    const end = { line: index, character: line.length };
    return [{ range: { start, end }, target: `${uriOf(place.file)}#L${place.line},${place.column}` }];
  });
}
