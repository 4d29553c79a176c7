import { dirname, resolve } from 'node:path';
import type { Diagnostic } from './diagnostic.ts';
import type { ParsedDocument } from './document.ts';
import { withEdits } from './edits.ts';
import { merge } from './merge.ts';
import { nearestName } from './nearest.ts';
import { isPreset, PRESET, presetNames } from './presets/presets.ts';
import type { Location, MapNode, ScalarNode, TreeNode } from './tree.ts';

/** Gives the document of a file or preset (`preset:innereye/…`), or undefined where there is none. */
export type Sources = (file: string) => ParsedDocument | undefined;

/** A file with everything it inherits laid under it. */
export interface Inheritance {
  readonly tree: MapNode | undefined;
  /** Every document of the chain, bases before what extends them, each once. */
  readonly documents: readonly ParsedDocument[];
  readonly diagnostics: readonly Diagnostic[];
  /** For each base, near or far, the entry of the first file's `extends` that leads to it. */
  readonly through: ReadonlyMap<string, Location>;
}

/** The file or preset that an entry of `extends` in `file` means. */
export function baseOf(name: string, file: string): string {
  if (isPreset(name)) return `${PRESET}${name}`;
  return file.startsWith(PRESET) ? name : resolve(dirname(file), name);
}

/** Follows `extends` through all levels and merges. Never throws; what is wrong becomes diagnostics where it stands. */
export function inherit(file: string, sources: Sources): Inheritance {
  const diagnostics: Diagnostic[] = [];
  const documents: ParsedDocument[] = [];
  const through = new Map<string, Location>();
  const finished = new Set<string>();
  /** What each document says itself, in the order in which they are laid over each other. */
  const layers: MapNode[] = [];
  const report = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);

  /**
   * Lays a document over its bases. Each is laid once, below all that extend it: what one base only inherits from a third
   * must not undo what another base makes of it.
   */
  function read(document: ParsedDocument, chain: readonly string[], entry: Location | undefined): void {
    diagnostics.push(...document.diagnostics);
    const own = rootMap(document, report);
    const before = new Set(finished);
    for (const base of (own && basesIn(own, report)) ?? []) {
      const target = baseOf(String(base.value), document.file);
      if (finished.has(target) && !before.has(target))
        report(alreadyInherited(String(base.value), base.location));
      follow(base, document.file, chain, entry ?? base.location);
    }
    if (own !== undefined) {
      const { entries, ...rest } = withEdits(own, report) as MapNode;
      const kept = new Map(entries);
      kept.delete('extends');
      layers.push({ ...rest, entries: kept });
    }
    finished.add(document.file);
    documents.push(document);
  }

  function follow(base: ScalarNode, from: string, chain: readonly string[], entry: Location): void {
    const name = String(base.value);
    const target = baseOf(name, from);
    if (!through.has(target)) through.set(target, entry);
    if (chain.includes(target)) {
      const circle = [...chain.slice(chain.indexOf(target)), target];
      report(
        fault('extends-cycle', `\`extends\` goes round in a circle: ${circle.join(' → ')}`, base.location, {
          remedy: 'Let one of these files extend nothing of the others.',
        }),
      );
      return;
    }
    if (finished.has(target)) return;
    let document: ParsedDocument | undefined;
    try {
      document = sources(target);
    } catch (error) {
      report(
        fault(
          'base-unreadable',
          `the base ${target} cannot be read: ${(error as Error).message}`,
          base.location,
          {
            remedy: 'Check that it is a file you may read.',
          },
        ),
      );
      return;
    }
    if (document === undefined) report(missingBase(name, target, base.location));
    else read(document, [...chain, target], entry);
  }

  const main = sources(file);
  if (main !== undefined) read(main, [file], undefined);
  let tree: TreeNode | undefined;
  // What is no map has no layer, so that its bases alone would pass for it.
  if (layers.at(-1)?.location.file === file) for (const layer of layers) tree = merge(tree, layer, report);
  return { tree: tree as MapNode | undefined, documents, diagnostics, through };
}

function rootMap(document: ParsedDocument, report: (diagnostic: Diagnostic) => void): MapNode | undefined {
  const { root, lines } = document;
  const nothing = root === undefined || (root.kind === 'scalar' && root.value === null);
  if (nothing) return { kind: 'map', entries: new Map(), location: lines.firstLine() };
  if (root.kind === 'map') return root;
  report(
    fault('no-map', 'a configuration is a map of settings', root.location, {
      remedy: 'Write `key: value` lines.',
    }),
  );
  return undefined;
}

function basesIn(own: MapNode, report: (diagnostic: Diagnostic) => void): ScalarNode[] {
  const node = own.entries.get('extends');
  if (node === undefined) return [];
  return (node.kind === 'list' ? node.items : [node]).filter((item): item is ScalarNode => {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') return true;
    report(
      fault('bad-extends', '`extends` needs the name of a preset or file, or a list of them', item.location, {
        remedy: 'Such as `extends: innereye/segmentation-unet3d` or `extends: ./base.innereye.yaml`.',
      }),
    );
    return false;
  });
}

function alreadyInherited(name: string, location: Location): Diagnostic {
  return {
    ...fault(
      'already-inherited',
      `\`${name}\` is inherited by a base named before it, and stays below that one`,
      location,
      { remedy: 'Name it before the other, or not at all; write the values that shall win in this file.' },
    ),
    severity: 'warning',
  };
}

function missingBase(name: string, target: string, location: Location): Diagnostic {
  if (!target.startsWith(PRESET)) {
    return fault('missing-base', `there is no file ${target} to extend`, location, {
      remedy: 'Paths in `extends` are relative to the file they stand in; presets begin with `innereye/`.',
    });
  }
  const suggestion = nearestName(name, presetNames());
  return fault('missing-base', `there is no preset \`${name}\``, location, {
    remedy: suggestion ? `Did you mean \`${suggestion}\`?` : `There are: ${presetNames().join(', ')}.`,
    ...(suggestion ? { suggestion } : {}),
  });
}

function fault(
  code: string,
  message: string,
  location: Location,
  more: { remedy: string; suggestion?: string },
): Diagnostic {
  return { severity: 'error', code, message, location, related: [], ...more };
}
