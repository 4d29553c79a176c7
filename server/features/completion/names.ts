import { dirname, resolve } from 'node:path';
import { CompletionItemKind } from 'vscode-languageserver-types';
import { nodeAt, type TreeNode } from '../../../src/config/tree.ts';
import { placeOf } from '../../../src/dataset/facts.ts';
import { pluginKindAt } from '../../plugin-names.ts';
import type { DatasetFacts } from '../../readers.ts';
import { nameText } from '../../yaml-text.ts';
import type { Place, Suggestion } from './place.ts';

/** Keys of post-processing steps whose values are structures. */
const STRUCTURE_KEYS = new Set(['structures', 'first', 'second', 'external', 'lower', 'higher']);

/** Keys of the data set of a table whose values are columns. */
const COLUMN_KEYS = new Set([
  'subject_column',
  'channel_column',
  'image_column',
  'numerical',
  'categorical',
  'column',
  'columns',
  'stratify_by',
]);

/** Whether channels are columns with files: the task tells of subjects, and no column says what a row is about. */
const isPlainTable = ({ resolved: { tree } }: Place): boolean => {
  const task = nodeAt(tree, ['task']);
  const tells = task?.kind === 'scalar' && task.value !== 'segmentation';
  return tells && nodeAt(tree, ['dataset', 'channel_column']) === undefined;
};

/** Names that mean something at the cursor: of structures, channels, columns, and of what plugins define. */
export function nameSuggestions(place: Place): Suggestion[] {
  const { path } = place.cursor;
  const key = path.findLast(part => typeof part === 'string');
  const kind = pluginKindAt(path);
  if (kind !== undefined) return exportedNames(place, kind);
  const inDataset = path[0] === 'dataset';
  if (path[0] === 'postprocessing' && STRUCTURE_KEYS.has(String(key)))
    return named(structureNames(place), 'structure', place);
  if (inDataset && path[1] === 'structures') return declaredStructures(place, String(key));
  const facts = factsOf(place);
  if (facts === undefined) return [];
  if (inDataset && COLUMN_KEYS.has(String(key))) return named(facts.columns, 'column of the csv', place);
  if (inDataset && path[1] === 'channels' && isPlainTable(place))
    return named(facts.columns, 'column of the csv', place);
  if (inDataset && (path[1] === 'channels' || path[1] === 'mask'))
    return named(facts.channels, 'channel of the data set', place);
  if (inDataset && key === 'group_by') {
    const columns = facts.columns.filter(name => name !== 'subject');
    return named(['subject', ...columns], 'column of the csv', place);
  }
  return [];
}

/** Names of the configuration's channels. */
export function channelNames({ resolved }: Place): string[] {
  return textsIn(nodeAt(resolved.tree, ['dataset', 'channels']));
}

function structureNames({ resolved }: Place): string[] {
  const structures = nodeAt(resolved.tree, ['dataset', 'structures']);
  return structures?.kind === 'list' ? structures.items.flatMap(item => textsIn(nodeAt(item, ['name']))) : [];
}

/** What the data set says of itself; known also while other settings are not complete yet. */
export function factsOf({ resolved, document, readers }: Place): DatasetFacts | undefined {
  const { settings } = resolved;
  if (settings !== undefined) return readers.dataset(placeOf(settings));
  const text = (key: string) => textsIn(nodeAt(resolved.tree, ['dataset', key]))[0];
  const path = nodeAt(resolved.tree, ['dataset', 'path']);
  if (path?.kind !== 'scalar' || typeof path.value !== 'string') return undefined;
  const file =
    path.location.file.startsWith('/') || /^[A-Za-z]:/.test(path.location.file)
      ? path.location.file
      : document.file;
  const format = text('format');
  const isFormat = format === 'csv' || format === 'decathlon' || format === 'nnunet' || format === 'folder';
  return readers.dataset({
    path: resolve(dirname(file), path.value),
    format: isFormat ? format : 'auto',
    csv: text('csv') ?? 'dataset.csv',
  });
}

/** Structures that `dataset.json` declares, and channels of a csv that are not taken as images. */
function declaredStructures(place: Place, key: string): Suggestion[] {
  const facts = factsOf(place);
  if (facts === undefined) return [];
  if (key === 'label') {
    return facts.structures.map(({ name, label }) => ({
      label: String(label),
      kind: CompletionItemKind.Value,
      detail: name,
    }));
  }
  if (key !== 'name') return [];
  const images = channelNames(place);
  const known = new Set(structureNames(place));
  const names = facts.structures.length > 0 ? facts.structures.map(({ name }) => name) : facts.channels;
  return named(
    names.filter(name => !images.includes(name) && (!known.has(name) || isAtCursor(name, place))),
    'structure of the data set',
    place,
  );
}

function exportedNames(place: Place, kind: string): Suggestion[] {
  const plugins = nodeAt(place.resolved.tree, ['plugins']);
  if (plugins?.kind !== 'list') return [];
  return plugins.items.flatMap(item => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return [];
    const file = resolve(dirname(item.location.file), item.value);
    const names = (place.readers.plugin(file) ?? []).filter(one => one.kind === kind).map(({ name }) => name);
    return named(names, `from ${item.value}`, place);
  });
}

/** Names that the list at the cursor does not have yet. */
function named(names: readonly string[], detail: string, place: Place): Suggestion[] {
  const listed = new Set(place.cursor.expects === 'entry' ? siblings(place) : []);
  return names
    .filter(name => !listed.has(name) || isAtCursor(name, place))
    .map(name => ({
      label: name,
      kind: CompletionItemKind.EnumMember,
      detail,
      rank: 0,
      text: place.cursor.quoted ? name : nameText(name),
    }));
}

function siblings({ document, cursor }: Place): string[] {
  return textsIn(nodeAt(document.root, cursor.path.slice(0, -1)));
}

function isAtCursor(name: string, { document, cursor }: Place): boolean {
  return document.text.slice(cursor.start, cursor.end) === name;
}

function textsIn(node: TreeNode | undefined): string[] {
  if (node?.kind === 'list') return node.items.flatMap(textsIn);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? [node.value] : [];
}
