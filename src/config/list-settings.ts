import { relative } from 'node:path';
import { isCommandLine } from './diagnostic.ts';
import { PRESET } from './presets/presets.ts';
import type { Origin, Origins } from './provenance.ts';
import { formatPath, type Location, type Path } from './tree.ts';

/** Every setting on a line of its own, in columns: path, value, origin and what it overrode. */
export function listSettings(settings: object, origins: Origins, workingDirectory: string): string {
  const rows = settingValues(settings).map(({ path, value }) => {
    return [path, value, describeOrigin(origins.get(path), workingDirectory)];
  });
  const width = (column: number, most: number) =>
    Math.min(most, Math.max(0, ...rows.map(row => row[column].length)));
  const [first, second] = [width(0, 60), width(1, 40)];
  return rows
    .map(([name, value, origin]) => `${name.padEnd(first)}  ${value.padEnd(second)}  ${origin}`.trimEnd())
    .join('\n');
}

/** Every setting as a path such as `augmentation[1].random_flip.axes` and its value as text. */
export const settingValues = (settings: object): { path: string; value: string }[] =>
  leaves(settings, []).map(([path, value]) => ({ path: formatPath(path), value }));

/** Where a value comes from, in words: `lung.innereye.yaml:12:3 (over base.innereye.yaml:4:1)`. */
export function describeOrigin(origin: Origin | undefined, workingDirectory: string): string {
  if (origin === undefined || (origin.kind === 'default' && origin.overrode.length === 0)) return 'default';
  const place = ({ file, line, column }: Location) => {
    if (isCommandLine(file)) return 'command line';
    const name = file.startsWith(PRESET) ? file : relative(workingDirectory, file);
    return `${name}:${line}:${column}`;
  };
  const own = origin.location === undefined ? 'default' : place(origin.location);
  const over = origin.overrode.map(({ location }) => place(location));
  return over.length === 0 ? own : `${own} (over ${over.join(', ')})`;
}

/** Scalars, and lists of scalars as one. */
function leaves(value: unknown, path: Path): [Path, string][] {
  if (Array.isArray(value)) {
    if (value.some(item => typeof item === 'object'))
      return value.flatMap((item, index) => leaves(item, [...path, index]));
    return [[path, `[${value.map(String).join(', ')}]`]];
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, child]) => child !== undefined);
    if (entries.length === 0) return [[path, '{}']];
    return entries.flatMap(([key, child]) => leaves(child, [...path, key]));
  }
  return [[path, typeof value === 'string' && value === '' ? '""' : String(value)]];
}
