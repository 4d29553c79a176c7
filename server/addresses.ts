import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver-types';
import { PRESET } from '../src/config/presets/presets.ts';
import type { Location } from '../src/config/tree.ts';
import { presetOf, presetUri, RESOLVED_SCHEME } from '../src/contracts/language.ts';

const RESOLVED = `${RESOLVED_SCHEME}:`;

/** Whether a URI means a configuration with everything it inherits: `innereye-resolved:/path/of/x.innereye.yaml`. */
export const isResolved = (uri: string): boolean => uri.startsWith(RESOLVED);

/** The URI that an editor opens a file or preset (`preset:…`) by. */
export function uriOf(file: string): string {
  if (file.startsWith(PRESET)) return presetUri(file.slice(PRESET.length));
  return pathToFileURL(file).href;
}

/** The file or preset (`preset:…`) of a URI; for a resolved configuration the file that is resolved. */
export function fileOf(uri: string): string | undefined {
  try {
    const preset = presetOf(uri);
    if (preset !== undefined) return `${PRESET}${preset}`;
    const path = isResolved(uri) ? `file://${uri.slice(RESOLVED.length).replace(/^\/\/(?=\/)/, '')}` : uri;
    return path.startsWith('file:') ? fileURLToPath(path) : undefined;
  } catch {
    return undefined;
  }
}

/** A stretch of a file as the protocol has it: counted from 0. */
export function rangeOf(location: Location): Range {
  return {
    start: { line: location.line - 1, character: location.column - 1 },
    end: { line: location.endLine - 1, character: location.endColumn - 1 },
  };
}

/** The beginning of a file. */
export const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
