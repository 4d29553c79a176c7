import type { Location, Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { nodeAt, type Path, type Location as Place } from '../../src/config/tree.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { chainOf, extendsEntries, heirsOf } from '../family.ts';
import { nameAt, nameGroup } from '../name-group.ts';
import { isInEdit, nodeAtPosition } from '../node-at.ts';
import type { Readers } from '../readers.ts';

/**
 * Where what is under the cursor is named: a structure or channel in all files that share it; a base by all that extend
 * it; a setting by all files of the inheritance tree that set it.
 */
export function references(
  document: ParsedDocument,
  position: Position,
  readers: Readers,
  includeDeclaration = true,
): Location[] {
  const name = nameAt(document, position);
  if (name !== undefined) {
    const { uses } = nameGroup(name, document.file, readers);
    return uses.filter(use => includeDeclaration || !use.defines).map(use => asLocation(use.location));
  }
  const at = nodeAtPosition(document, position);
  if (at === undefined) return [];
  if (at.path[0] === 'extends') {
    const base = extendsEntries(document).find(({ entry }) => entry.location === at.node.location);
    return base === undefined ? [] : extenders(base.file, readers).map(asLocation);
  }
  const isSetting = at.onKey && !isInEdit(at.path) && at.path.every(part => typeof part === 'string');
  return isSetting ? settersOf(at.path, document.file, readers).map(asLocation) : [];
}

/** The entries of `extends`, in all configurations of the workspace, that name a file. */
export function extenders(file: string, readers: Readers): Place[] {
  return readers.configurations().flatMap(configuration => {
    const document = readers.document(configuration);
    const entries = document === undefined ? [] : extendsEntries(document);
    return entries.filter(one => one.file === file).map(({ entry }) => entry.location);
  });
}

/** The keys by which the file, its bases and its heirs set the setting at a path. */
function settersOf(path: Path, file: string, readers: Readers): Place[] {
  const heirs = heirsOf(file, readers).flatMap(heir => readers.document(heir) ?? []);
  return [...chainOf(file, readers), ...heirs].flatMap(({ root }) => nodeAt(root, path)?.key ?? []);
}

function asLocation(place: Place): Location {
  return { uri: uriOf(place.file), range: rangeOf(place) };
}
