import type { CodeLens, Location } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import { LENS_COMMANDS } from '../../src/contracts/language.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { extendsEntries, heirsOf } from '../family.ts';
import type { Readers } from '../readers.ts';

/** What can be done with a configuration that says all that training needs; the editor tells which of it exists. */
const ACTIONS = [
  ['Train', LENS_COMMANDS.train],
  ['Debug', LENS_COMMANDS.debug],
  ['Cross-validate', LENS_COMMANDS.crossValidate],
  ['Search', LENS_COMMANDS.search],
  ['Train on AzureML', LENS_COMMANDS.trainOnAzure],
] as const;

/**
 * Above the first line: Train, Debug, Cross-validate and so on (Search where there is something to search), and how many configurations extend this one.
 * @param commands what the editor can do.
 */
export function codeLenses(
  document: ParsedDocument,
  readers: Readers,
  commands: readonly string[],
): CodeLens[] {
  const range = rangeOf(document.lines.firstLine());
  const uri = uriOf(document.file);
  const settings = document.file.startsWith(PRESET) ? undefined : readers.resolve(document.file).settings;
  const makesSense = (command: string) =>
    settings !== undefined && (command !== LENS_COMMANDS.search || settings.search !== undefined);
  const lenses: CodeLens[] = ACTIONS.filter(
    ([, command]) => makesSense(command) && commands.includes(command),
  ).map(([title, command]) => ({ range, command: { title, command, arguments: [uri] } }));
  const heirs = heirsOf(document.file, readers);
  if (heirs.length > 0) {
    const title =
      heirs.length === 1 ? '1 configuration extends this' : `${heirs.length} configurations extend this`;
    const known = commands.includes(LENS_COMMANDS.showReferences);
    const command = known ? LENS_COMMANDS.showReferences : '';
    const places = heirs.flatMap(heir => waysTo([document.file, ...heirs], heir, readers));
    lenses.push({ range, command: { title, command, arguments: [uri, range.start, places] } });
  }
  return lenses;
}

/** The entries of a file's `extends` that lead to one of some files. */
function waysTo(files: readonly string[], heir: string, readers: Readers): Location[] {
  const document = readers.document(heir);
  const entries = document === undefined ? [] : extendsEntries(document);
  return entries
    .filter(({ file }) => files.includes(file))
    .map(({ entry }) => ({ uri: uriOf(heir), range: rangeOf(entry.location) }));
}
