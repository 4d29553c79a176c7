import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CompletionItemKind } from 'vscode-languageserver-types';
import { PRESET, presetNames, presetText } from '../../../src/config/presets/presets.ts';
import { nodeAt, type Path } from '../../../src/config/tree.ts';
import { extendsEntries, heirsOf } from '../../family.ts';
import { headComment } from '../../head-comment.ts';
import type { Place, Suggestion } from './place.ts';

/** Settings that name files, with the names that are offered; folders always are. */
const FILES: readonly {
  readonly path: readonly string[];
  readonly pattern: RegExp;
  readonly inDataset?: boolean;
}[] = [
  { path: ['dataset', 'path'], pattern: /\.csv$/ },
  { path: ['dataset', 'csv'], pattern: /\.csv$/, inDataset: true },
  { path: ['dataset', 'images'], pattern: /^$/, inDataset: true },
  { path: ['dataset', 'labels'], pattern: /^$/, inDataset: true },
  { path: ['dataset', 'splits', 'file'], pattern: /\.csv$/ },
  { path: ['training', 'initial_weights'], pattern: /\.safetensors$/ },
  { path: ['plugins'], pattern: /(?<!\.d)\.[cm]?[jt]s$/ },
];

/** Files and folders for settings that name one, level by level. */
export function fileSuggestions(place: Place): Suggestion[] {
  const { cursor, document, offset } = place;
  const names = cursor.path.filter(part => typeof part === 'string' && !part.startsWith('$'));
  const kind = FILES.find(
    ({ path }) => path.length === names.length && path.every((part, index) => part === names[index]),
  );
  if (kind === undefined || document.file.startsWith(PRESET)) return [];
  const root = kind.inDataset ? datasetFolder(place) : dirname(document.file);
  if (root === undefined) return [];
  const typed = document.text.slice(cursor.start, offset);
  const slash = typed.lastIndexOf('/') + 1;
  const start = cursor.start + slash;
  const folder = resolve(root, typed.slice(0, slash));
  const offered = place.readers
    .folder(folder)
    .filter(name => !name.startsWith('.') && (name.endsWith('/') || kind.pattern.test(name)));
  const prefix = slash === 0 && !kind.inDataset ? './' : '';
  const found = offered.map(name => ({
    label: `${prefix}${name}`,
    kind: name.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
    start,
    rank: name.endsWith('/') ? 1 : 0,
  }));
  return slash === 0 && !kind.inDataset
    ? [...found, { label: '../', kind: CompletionItemKind.Folder, start, rank: 2 }]
    : found;
}

function datasetFolder({ resolved }: Place): string | undefined {
  const path = nodeAt(resolved.tree, ['dataset', 'path'] satisfies Path);
  if (path?.kind !== 'scalar' || typeof path.value !== 'string') return undefined;
  return resolve(dirname(path.location.file), path.value);
}

/** What `extends` can name: presets, and the other configurations of the workspace that do not inherit from this one. */
export function baseSuggestions(place: Place): Suggestion[] {
  const { document, readers, cursor } = place;
  const here = dirname(document.file);
  const listed = extendsEntries(document)
    .filter(({ entry }) => entry.location.start > cursor.end || entry.location.end < cursor.start)
    .map(({ file }) => file);
  const excluded = new Set([document.file, ...listed, ...heirsOf(document.file, readers)]);
  const beside = readers.folder(here).filter(name => /\.innereye\.ya?ml$/.test(name));
  const files = new Set([...beside.map(name => join(here, name)), ...readers.configurations()]);
  const own = [...files].filter(file => !excluded.has(file)).map(file => relativeName(here, file));
  const presets = presetNames().filter(name => !excluded.has(`${PRESET}${name}`));
  return [
    ...own.sort().map(label => ({ label, kind: CompletionItemKind.File, rank: 0 })),
    ...presets.map(label => ({
      label,
      kind: CompletionItemKind.Module,
      detail: 'preset',
      documentation: headComment(presetText(`${PRESET}${label}`) ?? ''),
    })),
  ];
}

function relativeName(here: string, file: string): string {
  const path = relative(here, file).split(sep).join('/');
  return path.startsWith('.') || isAbsolute(path) ? path : `./${path}`;
}
