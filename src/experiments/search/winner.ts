import { relative, sep } from 'node:path';
import { formatYaml } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import { type Path, parsePath } from '../../config/tree.ts';

/**
 * A configuration that extends the searched one by the values of a trial and by what was laid over it for the whole
 * search, as YAML. Entries of lists cannot be given on their own there: where one was set, the whole list is written.
 * @param set paths of the settings that the trial has for itself
 * @param settings those of the trial, in full
 * @param place the searched configuration, absolute, and the folder where the text will lie
 */
export function winningConfiguration(
  set: readonly string[],
  settings: Configuration,
  { file, folder }: { file: string; folder: string },
  comment: string,
): string {
  const base = relative(folder, file).split(sep).join('/');
  const own: Tree = {};
  for (const name of set) {
    const path = parsePath(name);
    const list = path.findIndex(part => typeof part === 'number');
    const written = (list < 0 ? path : path.slice(0, list)).map(String);
    for (const part of [...kindsAround(written, settings), written])
      put(own, part, valueAt(settings, part) ?? null);
  }
  const text = { extends: base.startsWith('.') ? base : `./${base}`, ...own };
  return formatYaml(text, ` ${comment}`);
}

/** Paths of the `name`s that say of which kind the sections around a setting are; a base may leave a usual one out. */
function kindsAround(path: readonly string[], settings: Configuration): string[][] {
  return path
    .map((_, depth) => [...path.slice(0, depth), 'name'])
    .slice(1)
    .filter(kind => typeof valueAt(settings, kind) === 'string');
}

interface Tree {
  [key: string]: unknown;
}

function put(tree: Tree, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const below = (tree[key] ?? {}) as Tree;
  tree[key] = below;
  put(below, rest, value);
}

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    root,
  );
