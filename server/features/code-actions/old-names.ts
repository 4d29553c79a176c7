import { isDeepStrictEqual } from 'node:util';
import { FieldReader } from '../../../src/config/innereye-import/field-reader.ts';
import { importedValue } from '../../../src/config/innereye-import/import-settings.ts';
import { simplified } from '../../../src/config/innereye-import/old-settings.ts';
import type { PythonValue } from '../../../src/config/innereye-import/python-value.ts';
import { childOf, formatPath, nodeAt, type Path, plainValue } from '../../../src/config/tree.ts';
import type { ActionContext } from './action.ts';

/** A setting to write. */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
}

/** Sections whose `name` decides what an old setting means, and the old setting that named it. */
const KINDS: Readonly<Record<string, string>> = {
  architecture: 'architecture',
  loss: 'loss_type',
  optimizer: 'optimizer_type',
  schedule: 'l_rate_scheduler',
};

/**
 * What the import of old runs makes of some settings beside the file's other old ones: the settings that it writes with
 * them and does not write without them.
 */
export function meaningOfOldNames(
  names: readonly string[],
  all: readonly string[],
  { document, resolved }: ActionContext,
): Setting[] {
  const value = (name: string) => {
    const node = childOf(document.root, name);
    return node === undefined ? null : simplified(plainValue(node));
  };
  const kinds = Object.entries(KINDS).flatMap(([section, old]): [string, PythonValue][] => {
    const name = nodeAt(resolved.tree, [section, 'name']);
    return name?.kind === 'scalar' ? [[old, String(name.value)]] : [];
  });
  const imported = (kept: readonly string[]) =>
    importedValue(new FieldReader(new Map([...kinds, ...kept.map(name => [name, value(name)] as const)])));
  const after = imported(all);
  const without = all.filter(name => !names.includes(name));
  let settings = leaves(after, []).filter(
    one => !isDeepStrictEqual(at(imported(without), one.path), one.value),
  );
  // A value that equals InnerEye's own default makes no difference: find its place by another one.
  if (settings.length === 0 && names.length === 1) settings = byOtherValue(names[0], value(names[0]), after);
  const named = settings.flatMap(({ path: [section] }) => missingKind(String(section), after, resolved.tree));
  const known = new Set(settings.map(({ path }) => formatPath(path)));
  const first = named.filter(({ path }) => !known.has(formatPath(path)));
  const distinct = new Map(first.map(one => [formatPath(one.path), one]));
  return [...distinct.values(), ...settings];
}

function byOtherValue(name: string, value: PythonValue, after: unknown): Setting[] {
  if (typeof value !== 'number') return [];
  const other = importedValue(new FieldReader(new Map([[name, value + 1]])));
  const none = importedValue(new FieldReader(new Map()));
  return leaves(other, [])
    .filter(one => !isDeepStrictEqual(at(none, one.path), one.value))
    .map(({ path }) => ({ path, value: at(after, path) }))
    .filter(one => one.value !== undefined);
}

/** A section that has settings must name its kind, here or in a base. */
function missingKind(section: string, after: unknown, tree: ActionContext['resolved']['tree']): Setting[] {
  const path = [section, 'name'];
  const isNamed = !Object.hasOwn(KINDS, section) || nodeAt(tree, path) !== undefined;
  return isNamed ? [] : [{ path, value: at(after, path) }];
}

function leaves(value: unknown, path: Path): Setting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], root);
}
