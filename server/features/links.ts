import { dirname, isAbsolute, resolve } from 'node:path';
import type { DocumentLink } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import { nodeAt, type Path, type TreeNode } from '../../src/config/tree.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { extendsEntries } from '../family.ts';
import { childrenOf } from '../node-at.ts';
import type { Readers } from '../readers.ts';

/** Files that a configuration names, as links: bases and presets, the data set's list, splits, weights, plugins. */
export function documentLinks(document: ParsedDocument, readers: Readers): DocumentLink[] {
  const links = extendsEntries(document)
    .filter(({ file }) => readers.document(file) !== undefined)
    .map(({ entry, file }) => link(entry, file));
  if (document.file.startsWith(PRESET)) return links;
  const here = (name: string) => (isAbsolute(name) ? name : resolve(dirname(document.file), name));
  const add = (node: TreeNode | undefined, target: (name: string) => string | undefined) => {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') return;
    const file = target(here(node.value));
    if (file !== undefined) links.push(link(node, file));
  };
  const existing = (file: string) => (isThere(file, readers) ? file : undefined);
  add(at(document, ['dataset', 'path']), path => listOf(path, document, readers));
  add(at(document, ['dataset', 'splits', 'file']), existing);
  add(at(document, ['training', 'initial_weights']), existing);
  for (const list of [['plugins'], ['plugins', '$append']]) {
    const plugins = at(document, list);
    if (plugins?.kind === 'list') for (const [, plugin] of childrenOf(plugins)) add(plugin, existing);
  }
  return links;
}

/** The file that lists a data set's subjects: editors open files, not folders. */
function listOf(path: string, document: ParsedDocument, readers: Readers): string | undefined {
  if (/\.(csv|json)$/i.test(path)) return isThere(path, readers) ? path : undefined;
  const csv = at(document, ['dataset', 'csv']);
  const named = csv?.kind === 'scalar' && typeof csv.value === 'string' ? [csv.value] : [];
  const names = readers.folder(path);
  const list = [...named, 'dataset.csv', 'dataset.json'].find(name => names.includes(name));
  return list === undefined ? undefined : resolve(path, list);
}

function isThere(file: string, readers: Readers): boolean {
  const name = file.slice(dirname(file).length).replace(/^[\\/]/, '');
  return readers.folder(dirname(file)).includes(name);
}

function at(document: ParsedDocument, path: Path): TreeNode | undefined {
  return nodeAt(document.root, path);
}

function link(node: TreeNode, file: string): DocumentLink {
  return { range: rangeOf(node.location), target: uriOf(file) };
}
