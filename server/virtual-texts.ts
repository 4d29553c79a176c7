import type { DocumentLink, LocationLink, Position } from 'vscode-languageserver-types';
import type { Origins } from '../src/config/provenance.ts';
import { presetOf, type VirtualText } from '../src/contracts/language.ts';
import { fileOf, isResolved, rangeOf, uriOf } from './addresses.ts';
import type { Readers } from './readers.ts';
import { meaningText, type ResolvedText, resolvedText } from './resolved-text.ts';

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
  if (isResolved(uri)) return shown(uri, readers)?.text ?? null;
  const file = presetOf(uri) === undefined ? undefined : fileOf(uri);
  return (file === undefined ? undefined : readers.document(file)?.text) ?? null;
}

/** A resolved configuration as its document shows it, with the configuration itself. */
function shown(uri: string, readers: Readers): (ResolvedText & { origins: Origins }) | undefined {
  const isMeaning = uri.endsWith(MEANING);
  const file = fileOf(isMeaning ? uri.slice(0, -MEANING.length) : uri);
  if (file === undefined || readers.document(file) === undefined) return undefined;
  const resolved = readers.resolve(file);
  return { ...(isMeaning ? meaningText(resolved) : resolvedText(resolved)), origins: resolved.origins };
}

/** From a line of a resolved configuration to the place that its value comes from. */
export function originDefinition(uri: string, position: Position, readers: Readers): LocationLink[] {
  const document = shown(uri, readers);
  const path = document?.paths[position.line];
  const origin = path === undefined ? undefined : document?.origins.get(path);
  const place = origin?.key ?? origin?.location;
  if (place === undefined) return [];
  const range = rangeOf(place);
  return [{ targetUri: uriOf(place.file), targetRange: range, targetSelectionRange: range }];
}

/** The origins in the comments of a resolved configuration, as links to file and line. */
export function originLinks(uri: string, readers: Readers): DocumentLink[] {
  const document = shown(uri, readers);
  if (document === undefined || uri.endsWith(MEANING)) return [];
  return document.text.split('\n').flatMap((line, index) => {
    const path = document.paths[index];
    const place = path === undefined ? undefined : document.origins.get(path)?.location;
    const comment = line.lastIndexOf('  # ');
    if (place === undefined || comment === -1) return [];
    const start = { line: index, character: comment + 4 };
    const end = { line: index, character: line.length };
    return [{ range: { start, end }, target: `${uriOf(place.file)}#L${place.line},${place.column}` }];
  });
}
