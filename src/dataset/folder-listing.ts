import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asReadFault } from '../foundation/file-fault.ts';
import { isVolumeName } from './volume-name.ts';

/** Names of the volumes in a folder, in a fixed order whatever the file system. */
export async function volumesIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter(isVolumeName);
}

/** Names of everything in a folder, hidden files aside, in a fixed order. @throws Fault where it cannot be read. */
export async function entriesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw asReadFault(error, folder);
  });
  return names.filter(name => !name.startsWith('.')).sort(byName);
}

/** Files below `folder` at exactly `depth` levels, as slash-separated paths; depth 1 are the files in it. */
export async function filesAtDepth(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw asReadFault(error, folder);
  });
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => byName(a.name, b.name));
  if (depth === 1) return visible.filter(entry => !entry.isDirectory()).map(({ name }) => name);
  const nested = await Promise.all(
    visible
      .filter(entry => entry.isDirectory() || entry.isSymbolicLink())
      .map(async ({ name }) =>
        (await filesAtDepth(join(folder, name), depth - 1).catch(() => [])).map(path => `${name}/${path}`),
      ),
  );
  return nested.flat();
}

/** By code units: the same on every machine, unlike `localeCompare`. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
