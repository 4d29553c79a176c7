import type { ParsedDocument } from '../src/config/document.ts';
import { baseOf } from '../src/config/extends.ts';
import { childOf, type ScalarNode } from '../src/config/tree.ts';
import type { Readers } from './readers.ts';

/** What of the readers is needed to follow `extends`. */
export type FamilyReaders = Pick<Readers, 'document' | 'configurations'>;

/** The entries of a file's `extends`, each with the file or preset it means, there or not. */
export function extendsEntries(document: ParsedDocument): { entry: ScalarNode; file: string }[] {
  const node = childOf(document.root, 'extends');
  if (node === undefined) return [];
  return (node.kind === 'list' ? node.items : [node]).flatMap(entry =>
    entry.kind === 'scalar' && typeof entry.value === 'string' && entry.value !== ''
      ? [{ entry, file: baseOf(entry.value, document.file) }]
      : [],
  );
}

/** The documents that a file is made of, itself first, then its bases, near before far; each once. */
export function chainOf(file: string, readers: Pick<Readers, 'document'>): ParsedDocument[] {
  const chain = new Map<string, ParsedDocument>();
  const waiting = [file];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (chain.has(next)) continue;
    const document = readers.document(next);
    if (document === undefined) continue;
    chain.set(next, document);
    waiting.push(...extendsEntries(document).map(({ file: base }) => base));
  }
  return [...chain.values()];
}

/** Configurations of the workspace that inherit from a file, directly or through others. */
export function heirsOf(file: string, readers: FamilyReaders): string[] {
  const children = new Map<string, string[]>();
  for (const configuration of readers.configurations()) {
    const document = readers.document(configuration);
    for (const { file: base } of document ? extendsEntries(document) : [])
      children.set(base, [...(children.get(base) ?? []), configuration]);
  }
  const heirs = new Set<string>();
  const visit = (base: string): void => {
    for (const child of children.get(base) ?? []) {
      if (heirs.has(child) || child === file) continue;
      heirs.add(child);
      visit(child);
    }
  };
  visit(file);
  return [...heirs].sort();
}
