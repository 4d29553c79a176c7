import type { Path } from './tree.ts';

/** A copy of a value without what stands at the paths; lists close up. */
export function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some(path => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  const below = new Map<string, Path[]>();
  for (const [part, ...rest] of paths) {
    const known = below.get(String(part));
    if (known === undefined) below.set(String(part), [rest]);
    else known.push(rest);
  }
  const kept = Object.entries(value).flatMap(([key, child]) => {
    const inner = below.get(key) ?? [];
    return inner.some(path => path.length === 0) ? [] : [[key, without(child, inner)] as const];
  });
  return Array.isArray(value) ? kept.map(([, child]) => child) : Object.fromEntries(kept);
}

/**
 * Where an entry of a list is written that had other entries left out before it.
 * @param list path of the list as it is written.
 */
export function writtenIndex(index: number, list: Path, left: readonly Path[]): number {
  const gone = left
    .filter(path => path.length === list.length + 1 && list.every((part, at) => part === path[at]))
    .map(path => Number(path.at(-1)));
  return [...new Set(gone)]
    .sort((a, b) => a - b)
    .reduce((place, out) => (out <= place ? place + 1 : place), index);
}

/** The path by which a setting is written, from its path in settings without what was left out. */
export function writtenPath(path: Path, left: readonly Path[]): Path {
  if (left.length === 0) return path;
  const written: (string | number)[] = [];
  for (const part of path) written.push(typeof part === 'number' ? writtenIndex(part, written, left) : part);
  return written;
}
