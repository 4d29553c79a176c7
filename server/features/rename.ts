import type { Position, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import { childOf } from '../../src/config/tree.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { nameAt, nameGroup } from '../name-group.ts';
import { nameUses } from '../names.ts';
import type { Readers } from '../readers.ts';
import { nameText } from '../yaml-text.ts';

/** What would be renamed at the cursor: a structure or a channel. */
export interface Renameable {
  readonly range: Range;
  readonly placeholder: string;
}

/**
 * The structure or channel under the cursor, for an editor that asks before it renames.
 * @throws Fault where there is none, or where a preset names it, which nobody can change.
 */
export function prepareRename(document: ParsedDocument, position: Position, readers: Readers): Renameable {
  const use = nameAt(document, position);
  if (use === undefined)
    throw new Fault('only structures and channels can be renamed', {
      remedy: 'Put the cursor on the name of one.',
    });
  const preset = nameGroup(use, document.file, readers).uses.find(({ location }) =>
    location.file.startsWith(PRESET),
  );
  if (preset !== undefined) {
    const name = preset.location.file.slice(PRESET.length);
    throw new Fault(
      `the ${use.kind} \`${use.name}\` is named by the preset ${name}, which cannot be changed`,
      {
        remedy: `List the ${use.kind}s in a file of your own instead of inheriting them.`,
      },
    );
  }
  return { range: rangeOf(use.location), placeholder: use.name };
}

/**
 * Renames a structure or channel in all files that share it by inheritance. Data sets are left as they are.
 * @throws Fault where the name is taken in one of these files, or empty; and as `prepareRename`.
 */
export function rename(
  document: ParsedDocument,
  position: Position,
  newName: string,
  readers: Readers,
): WorkspaceEdit {
  prepareRename(document, position, readers);
  const name = newName.trim();
  const group = nameGroup(nameAt(document, position)!, document.file, readers);
  if (name === '') throw new Fault('a name must not be empty', { remedy: 'Give a name.' });
  if (name === group.name) return { changes: {} };
  if (group.kind === 'structure' && name.toLowerCase() === 'background')
    throw new Fault('the background is no structure', { remedy: 'Choose another name.' });
  for (const other of group.documents) refuseTaken(name, other);
  const files = new Set(group.uses.map(({ location }) => location.file));
  const editsIn = (file: string) =>
    group.uses
      .filter(({ location }) => location.file === file)
      .map(({ location }) => ({ range: rangeOf(location), newText: nameText(name) }));
  return { changes: Object.fromEntries([...files].map(file => [uriOf(file), editsIn(file)])) };
}

function refuseTaken(name: string, document: ParsedDocument): void {
  const taken = nameUses(document).find(use => use.defines && use.name === name);
  const mask = childOf(childOf(document.root, 'dataset'), 'mask');
  const isMask = mask?.kind === 'scalar' && mask.value === name;
  const location = taken?.location ?? (isMask ? mask.location : undefined);
  if (location === undefined) return;
  throw new Fault(`there is a ${isMask ? 'mask' : taken?.kind} \`${name}\` already`, {
    place: { file: location.file, line: location.line, column: location.column },
    remedy: 'Structures, channels and mask need names of their own.',
  });
}
