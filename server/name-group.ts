import type { Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../src/config/document.ts';
import { PRESET } from '../src/config/presets/presets.ts';
import { chainOf, heirsOf } from './family.ts';
import { type NameUse, nameUses } from './names.ts';
import { offsetAt, touches } from './node-at.ts';
import type { Readers } from './readers.ts';

/** All that belongs to one structure or channel in the files that share it by inheritance. */
export interface NameGroup {
  readonly kind: NameUse['kind'];
  readonly name: string;
  readonly uses: readonly NameUse[];
  /** Every document of every inheritance chain that the name has a place in, whether it names it or not. */
  readonly documents: readonly ParsedDocument[];
}

/** The name of a structure or channel under the cursor. */
export function nameAt(document: ParsedDocument, position: Position): NameUse | undefined {
  const offset = offsetAt(document, position);
  return nameUses(document).find(({ location }) => touches(location, offset));
}

/**
 * Follows a name through the inheritance tree: from each file that has it to all that inherit from that file, and to
 * all that these are made of. Files without it lead no further, so that two models which share only a base of training
 * settings keep their structures apart; nor do presets, which models share that have nothing to do with each other.
 */
export function nameGroup(use: NameUse, file: string, readers: Readers): NameGroup {
  const documents = new Map<string, ParsedDocument>();
  const named = new Set<string>();
  const waiting = [file];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (named.has(next)) continue;
    named.add(next);
    for (const configuration of next.startsWith(PRESET) ? [] : [next, ...heirsOf(next, readers)]) {
      for (const document of chainOf(configuration, readers)) {
        documents.set(document.file, document);
        if (usesOf(use, document).length > 0) waiting.push(document.file);
      }
    }
  }
  if (file.startsWith(PRESET)) for (const one of chainOf(file, readers)) documents.set(one.file, one);
  const uses = [...documents.values()].flatMap(document => usesOf(use, document));
  return { kind: use.kind, name: use.name, uses, documents: [...documents.values()] };
}

function usesOf({ kind, name }: NameUse, document: ParsedDocument): NameUse[] {
  return nameUses(document).filter(other => other.kind === kind && other.name === name);
}
