import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver-types';
import { PRESET } from '../src/config/presets/presets.ts';
import type { Location } from '../src/config/tree.ts';

/** Scheme of the read-only documents that presets are shown as: `innereye-preset:/innereye/lung.innereye.yaml`. */
export const PRESET_SCHEME = 'innereye-preset:';
/** Scheme of resolved configurations: `innereye-resolved:/path/of/x.innereye.yaml`. */
export const RESOLVED_SCHEME = 'innereye-resolved:';

const ENDING = '.innereye.yaml';

/** The URI that an editor opens a file or preset (`preset:…`) by. */
export function uriOf(file: string): string {
  if (file.startsWith(PRESET)) return `${PRESET_SCHEME}/${file.slice(PRESET.length)}${ENDING}`;
  return pathToFileURL(file).href;
}

/** The file or preset (`preset:…`) of a URI; for a resolved configuration the file that is resolved. */
export function fileOf(uri: string): string | undefined {
  try {
    if (uri.startsWith(PRESET_SCHEME)) {
      const path = decodeURIComponent(uri.slice(PRESET_SCHEME.length)).replace(/^\/+/, '');
      return `${PRESET}${path.endsWith(ENDING) ? path.slice(0, -ENDING.length) : path}`;
    }
    const path = uri.startsWith(RESOLVED_SCHEME)
      ? `file://${uri.slice(RESOLVED_SCHEME.length).replace(/^\/\/(?=\/)/, '')}`
      : uri;
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
