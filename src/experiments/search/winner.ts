import { relative, sep } from 'node:path';
import { formatYaml } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import { type Path, parsePath } from '../../config/tree.ts';
import type { Parameters } from './trial.ts';

/**
 * A configuration that extends the searched one by the values of a trial, as YAML. Entries of lists cannot be given on
 * their own there: where a parameter is one, the whole list is written.
 * @param file the searched configuration, absolute; `folder` is where the text will lie
 * @param settings those of the trial, in full
 */
export function winningConfiguration(
  { file, folder }: { file: string; folder: string },
  parameters: Parameters,
  settings: Configuration,
  comment: string,
): string {
  const base = relative(folder, file).split(sep).join('/');
  const own: Tree = {};
  for (const [name, value] of Object.entries(parameters)) {
    const path = parsePath(name);
    const list = path.findIndex(part => typeof part === 'number');
    const written = list < 0 ? path : path.slice(0, list);
    for (const kind of kindsAround(written, settings)) put(own, kind, valueAt(settings, kind));
    put(own, written.map(String), list < 0 ? value : valueAt(settings, written));
  }
  const text = { extends: base.startsWith('.') ? base : `./${base}`, ...own };
  return formatYaml(text, ` ${comment}`);
}

/** Paths of the `name`s that say of which kind the sections around a setting are; a base may leave a usual one out. */
function kindsAround(path: Path, settings: Configuration): string[][] {
  return path
    .map((_, depth) => [...path.slice(0, depth), 'name'].map(String))
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
