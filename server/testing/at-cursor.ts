import type { Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { documentCache } from '../../src/config/document-cache.ts';
import { resolveConfiguration } from '../../src/config/resolve-configuration.ts';
import type { DatasetFacts, PluginExport, Readers } from '../readers.ts';

/** What tests put in the place of the disk. */
export interface World {
  /** Further files by name, all in the folder `/c`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly dataset?: DatasetFacts;
  readonly plugins?: Readonly<Record<string, readonly PluginExport[]>>;
  /** Names by folder. */
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  readonly memoryBytes?: number;
}

export interface AtCursor {
  readonly file: string;
  readonly document: ParsedDocument;
  /** Where `|` stood; counts from 0, as in the protocol. */
  readonly position: Position;
  readonly readers: Readers;
}

/** The file that tests write their cursor in. */
export const MAIN = '/c/main.innereye.yaml';

/** Reads inline YAML with the cursor written as `|`; the first one counts, and is taken out. */
export function atCursor(marked: string, world: World = {}): AtCursor {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error('the test has no cursor');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const readers = readersOf({ ...world.files, 'main.innereye.yaml': text }, world);
  const document = readers.document(MAIN)!;
  const { line, column } = document.lines.position(offset);
  return { file: MAIN, document, position: { line: line - 1, character: column - 1 }, readers };
}

/** Readers of texts by name, as if they lay in `/c`. Whatever contains `missing` does not exist on disk. */
export function readersOf(texts: Readonly<Record<string, string>>, world: World = {}): Readers {
  const sources = documentCache(file => {
    const name = file.slice('/c/'.length);
    return Object.hasOwn(texts, name) ? texts[name] : undefined;
  });
  return {
    document: sources,
    resolve: file =>
      resolveConfiguration(file, {
        sources,
        workingDirectory: '/started/here',
        exists: path => !path.includes('missing'),
        memoryBytes: world.memoryBytes ?? Number.MAX_SAFE_INTEGER,
      }),
    configurations: () =>
      Object.keys(texts)
        .filter(name => name.endsWith('.innereye.yaml'))
        .map(name => `/c/${name}`)
        .sort(),
    dataset: () => world.dataset,
    plugin: file => world.plugins?.[file],
    folder: path => world.folders?.[path] ?? [],
  };
}
