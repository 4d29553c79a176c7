import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Diagnostic as Finding, Severity } from '../../src/config/diagnostic.ts';
import { type PartialConfiguration, placed } from '../../src/config/resolve-configuration.ts';
import { parsePath } from '../../src/config/tree.ts';
import { checkFacts } from '../../src/dataset/check-facts.ts';
import { placeOf } from '../../src/dataset/facts.ts';
import { checkColumns } from '../../src/dataset/scalar/check-columns.ts';
import { rangeOf, uriOf } from '../addresses.ts';
import { chainOf, extendsEntries, heirsOf } from '../family.ts';
import type { Readers } from '../readers.ts';

/** What quick fixes need to know of a diagnostic; its `data`. */
export interface DiagnosticData {
  readonly code: string;
  /** Path of the setting, such as `training.epochs`. */
  readonly path?: string;
  /** What to write instead, as YAML. */
  readonly suggestion?: string;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/**
 * What is wrong in a file, on its own ranges. What lies in its bases is told where they are open, and here at the
 * `extends` it came through, with a link.
 */
export function diagnostics(file: string, readers: Readers): Diagnostic[] {
  const resolved = readers.resolve(file);
  const found = [
    ...resolved.diagnostics.filter(({ location }) => location.file === file),
    ...againstDataset(resolved, readers).map(finding => seenFrom(file, finding, readers)),
  ];
  const open = found.filter(finding => !isLeftToHeirs(finding));
  const shown = open.length === found.length || heirsOf(file, readers).length === 0 ? found : open;
  return shown.map(toProtocol);
}

/** All that is wrong with a configuration, in its file and its bases, with what its data set does not have. */
export function findingsOf(file: string, readers: Readers): Finding[] {
  const resolved = readers.resolve(file);
  return [...resolved.diagnostics, ...againstDataset(resolved, readers)];
}

/** Names that the data set does not have, as far as it is known by now. */
function againstDataset({ settings, tree, diagnostics: known }: PartialConfiguration, readers: Readers) {
  if (settings?.dataset.path === undefined || tree === undefined) return [];
  const facts = readers.dataset(placeOf(settings));
  if (facts === undefined) return [];
  const faulty = new Set(known.map(({ path }) => path));
  const findings =
    settings.task === 'segmentation' ? checkFacts(settings, facts) : checkColumns(settings.dataset, facts);
  return findings.map(finding => placed(finding, tree)).filter(({ path }) => !faulty.has(path));
}

/** A finding in a base is told at the entry of `extends` that leads there. */
function seenFrom(file: string, finding: Finding, readers: Readers): Finding {
  const document = readers.document(file);
  if (finding.location.file === file || document === undefined) return finding;
  const through = extendsEntries(document).find(entry =>
    chainOf(entry.file, readers).some(base => base.file === finding.location.file),
  );
  const related = [...finding.related, { message: 'inherited from here', location: finding.location }];
  return { ...finding, location: through?.entry.location ?? document.lines.firstLine(), related };
}

/**
 * True for what a file lacks that its heirs may give. What is missing inside of a list's entry only the file itself can
 * give: lists are not merged.
 */
function isLeftToHeirs({ code, path = '' }: Finding): boolean {
  if (code === 'no-dataset') return true;
  return code === 'missing-key' && parsePath(path).every(part => typeof part === 'string');
}

function toProtocol({ severity, code, message, remedy, location, related, path, suggestion }: Finding) {
  const data: DiagnosticData = {
    code,
    ...(path === undefined ? {} : { path }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
  return {
    range: rangeOf(location),
    severity: SEVERITIES[severity],
    code,
    source: 'innereye',
    message: remedy === undefined ? `${sentence(message)}.` : `${sentence(message)}. ${remedy}`,
    relatedInformation: related.map(other => ({
      message: other.message,
      location: { uri: uriOf(other.location.file), range: rangeOf(other.location) },
    })),
    data,
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
