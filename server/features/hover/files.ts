import type { ParsedDocument } from '../../../src/config/document.ts';
import { PRESET } from '../../../src/config/presets/presets.ts';
import type { Location } from '../../../src/config/tree.ts';
import { uriOf } from '../../addresses.ts';
import { chainOf, extendsEntries } from '../../family.ts';
import { headComment } from '../../head-comment.ts';
import type { DatasetFacts, Readers } from '../../readers.ts';

/** More names are not listed. */
const MAXIMUM_NAMES = 20;

/** A base that `extends` names: what its first comment says, and what it is based on in turn. */
export function baseMarkdown(
  document: ParsedDocument,
  entry: Location,
  readers: Readers,
): string | undefined {
  const found = extendsEntries(document).find(one => one.entry.location.start === entry.start);
  if (found === undefined) return undefined;
  const [base, ...others] = chainOf(found.file, readers);
  if (base === undefined) return undefined;
  const above = others.map(({ file }) => `[${nameOf(file)}](${uriOf(file)})`).join(' → ');
  return [
    `**[${nameOf(base.file)}](${uriOf(base.file)})**`,
    headComment(base.text),
    above === '' ? '' : `Based on ${above}`,
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

/** What a data set says of itself, where that is known. */
export function datasetMarkdown(facts: DatasetFacts | undefined): string | undefined {
  if (facts === undefined) return undefined;
  const listed = (names: readonly string[]) => {
    const more = names.length > MAXIMUM_NAMES ? ` and ${names.length - MAXIMUM_NAMES} more` : '';
    return `${names.slice(0, MAXIMUM_NAMES).join(', ')}${more}`;
  };
  const structures = facts.structures.map(({ name, label }) => `${label} ${name}`);
  return [
    `${facts.subjects} ${facts.subjects === 1 ? 'subject' : 'subjects'}`,
    `channels: ${listed(facts.channels)}`,
    ...(structures.length > 0 ? [`structures: ${listed(structures)}`] : []),
    ...(facts.columns.length > 0 ? [`columns: ${listed(facts.columns)}`] : []),
  ].join('\\\n');
}

function nameOf(file: string): string {
  return file.startsWith(PRESET) ? file.slice(PRESET.length) : file.replace(/^.*[\\/]/, '');
}
