import { basename } from 'node:path';
import type { CheckFinding, Surroundings } from './checks/check.ts';
import { checkSettings } from './checks/checks.ts';
import type { Diagnostic } from './diagnostic.ts';
import { settleEdits } from './edits.ts';
import { inherit, type Sources } from './extends.ts';
import { withAbsolutePaths } from './files-in-settings.ts';
import { writtenPath } from './left-out.ts';
import { applyOverrides } from './overrides.ts';
import { PRESET } from './presets/presets.ts';
import { type Origins, traceOrigins } from './provenance.ts';
import type { Configuration } from './schema/configuration.ts';
import { schemaAt } from './schema/lookup.ts';
import {
  formatPath,
  type Location,
  type MapNode,
  nearestNode,
  nodeAt,
  type Path,
  plainValue,
} from './tree.ts';
import { validate } from './validate.ts';

/** A file of the chain as it was read. */
export interface ChainFile {
  /** Absolute path, or `preset:…`. */
  readonly file: string;
  readonly kind: 'file' | 'preset';
  readonly content: string;
}

/** What could be made of a configuration, right or wrong. */
export interface PartialConfiguration {
  readonly file: string;
  /** All inherited levels and overrides merged, with positions; undefined where the file is no map at all. */
  readonly tree: MapNode | undefined;
  /** Set where nothing that training needs is missing; settings at fault have their defaults. Paths are absolute. */
  readonly settings: Configuration | undefined;
  /** Bases before what extends them; the file itself is the last. */
  readonly files: readonly ChainFile[];
  readonly origins: Origins;
  /** In the order of file and position; the chain's other files' too. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What a configuration is resolved with. Nothing else is read: the result depends on these alone. */
export interface ResolutionContext extends Surroundings {
  readonly sources: Sources;
  readonly workingDirectory: string;
  /** `key.path=value`, as given with `--set`. */
  readonly set?: readonly string[];
}

/** Resolves a configuration as far as possible, for editors. Never throws; every fault is a diagnostic. */
export function resolveConfiguration(file: string, context: ResolutionContext): PartialConfiguration {
  const inheritance = inherit(file, context.sources);
  const files = inheritance.documents.map(document => ({
    file: document.file,
    kind: document.file.startsWith(PRESET) ? ('preset' as const) : ('file' as const),
    content: document.text,
  }));
  const diagnostics = [...inheritance.diagnostics];
  const report = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);
  let tree = inheritance.tree;
  let settings: Configuration | undefined;
  let left: readonly Path[] = [];
  if (tree !== undefined) {
    tree = applyOverrides(tree, context.set ?? [], report);
    tree = settleEdits(tree, defaultListIn(tree), report) as MapNode;
    const validation = validate(tree);
    const lost = diagnostics.some(({ code }) => LOSES_SETTINGS.has(code));
    diagnostics.push(...validation.diagnostics.filter(({ code }) => !(lost && code === 'missing-key')));
    if (validation.settings !== undefined) {
      left = validation.left;
      settings = withAbsolutePaths(withName(validation.settings, file), tree, context.workingDirectory, left);
      diagnostics.push(...runChecks(settings, tree, left, context));
    }
  }
  let origins: Origins | undefined;
  return {
    file,
    tree,
    settings,
    files,
    /** Traced when they are asked for: not at each key stroke. */
    get origins() {
      origins ??= tree === undefined ? new Map() : traceOrigins(settings ?? plainValue(tree), tree, left);
      return origins;
    },
    diagnostics: [
      ...inOrder(seenFrom(file, diagnostics, inheritance.through)),
      ...brokenBases(diagnostics, inheritance.through),
    ],
  };
}

/** Faults that lose a whole base or file: what is missing then is their consequence, and not told. */
const LOSES_SETTINGS = new Set([
  'missing-base',
  'base-unreadable',
  'extends-cycle',
  'bad-extends',
  'file-not-read',
]);

function withName(settings: Configuration, file: string): Configuration {
  return { ...settings, name: settings.name ?? basename(file).replace(/(\.innereye)?\.ya?ml$/, '') };
}

function defaultListIn(tree: MapNode): (path: Path) => readonly unknown[] {
  let value: unknown;
  return path => {
    // Most trees have no edit to settle.
    value ??= plainValue(tree);
    const given = schemaAt(value, path)?.default;
    return Array.isArray(given) ? given : [];
  };
}

function runChecks(
  settings: Configuration,
  tree: MapNode,
  left: readonly Path[],
  surroundings: Surroundings,
): Diagnostic[] {
  const findings = checkSettings(settings, surroundings);
  return findings
    .map(finding => ({
      ...finding,
      path: writtenPath(finding.path, left),
      ...(finding.related && {
        related: finding.related.map(one => ({ ...one, path: writtenPath(one.path, left) })),
      }),
    }))
    .filter(({ path }) => !left.some(faulty => overlap(path, faulty)))
    .map(finding => placed(finding, tree));
}

/** True where one path leads through the other's end. */
function overlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((part, index) => part === b[index]);
}

/** A finding at its setting, or at the nearest setting around it where it is a default. */
export function placed(finding: CheckFinding, tree: MapNode): Diagnostic {
  const locate = (path: Path, atKey = false): Location => {
    const { node, depth } = nearestNode(tree, path);
    if (depth === 0 && path.length > 0) {
      const first = [...tree.entries.values()].find(entry => entry.key?.file === tree.location.file);
      return first?.key ?? tree.location;
    }
    return (atKey || depth < path.length ? node.key : undefined) ?? node.location;
  };
  return {
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    remedy: finding.remedy,
    location: locate(finding.path, finding.atKey),
    related: (finding.related ?? [])
      .filter(({ path }) => nodeAt(tree, path) !== undefined)
      .map(({ message, path }) => ({ message, location: locate(path) })),
    path: formatPath(finding.path),
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
  };
}

/** What lies in a base is also related to the `extends` through which it came. */
function seenFrom(
  file: string,
  diagnostics: readonly Diagnostic[],
  through: ReadonlyMap<string, Location>,
): Diagnostic[] {
  return diagnostics.map(diagnostic => {
    const entry = diagnostic.location.file === file ? undefined : through.get(diagnostic.location.file);
    if (entry === undefined) return diagnostic;
    return {
      ...diagnostic,
      related: [...diagnostic.related, { message: 'inherited through this', location: entry }],
    };
  });
}

/** One summary at the `extends` entry for each base that has errors. */
function brokenBases(
  diagnostics: readonly Diagnostic[],
  through: ReadonlyMap<string, Location>,
): Diagnostic[] {
  return [...through].flatMap(([base, entry]) => {
    const errors = diagnostics.filter(
      ({ severity, location }) => severity === 'error' && location.file === base,
    );
    if (errors.length === 0 || entry.file === base) return [];
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    return [
      {
        severity: 'error' as const,
        code: BROKEN_BASE,
        message: `the base ${base} has ${count}: ${errors[0].message}`,
        remedy: 'Mend the base.',
        location: entry,
        related: errors.slice(0, 5).map(({ message, location }) => ({ message, location })),
      },
    ];
  });
}

/** Code of the summary of a base's errors, which are listed themselves too. */
export const BROKEN_BASE = 'broken-base';

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const rank = { error: 0, warning: 1, information: 2 };
  return [...diagnostics].sort(
    (a, b) =>
      a.location.file.localeCompare(b.location.file) ||
      a.location.start - b.location.start ||
      rank[a.severity] - rank[b.severity],
  );
}
