import { readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** Folders that hold no configurations of the user's own: packages, and runs with copies of theirs. */
const SKIPPED = new Set(['node_modules', 'site-packages', '__pycache__']);
/** Of a run folder. */
const RUN_MANIFEST = 'run.json';
/** So that a workspace opened at the root of a disk is not searched for hours. */
const MAXIMUM_FOLDERS = 20_000;

/** True for names of configurations. */
export function isConfiguration(file: string): boolean {
  return /\.innereye\.ya?ml$/.test(file);
}

/**
 * Whether a search of the folders would find a configuration: one of the user's own, and no copy that a run keeps.
 * @param exists whether there is a file on disk.
 */
export function isOwnConfiguration(
  file: string,
  folders: readonly string[],
  exists: (file: string) => boolean,
): boolean {
  if (!isConfiguration(file)) return false;
  return folders.some(folder => {
    const parts = relative(folder, dirname(file)).split(sep).filter(Boolean);
    if (parts[0] === '..' || !parts.every(isSearched)) return false;
    const around = parts.map((_, index) => join(folder, ...parts.slice(0, index + 1)));
    return ![folder, ...around].some(one => exists(join(one, RUN_MANIFEST)));
  });
}

const isSearched = (folder: string) => !folder.startsWith('.') && !SKIPPED.has(folder);

/** Absolute paths of the configurations below some folders; what cannot be read is passed over. */
export async function findConfigurations(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const waiting = [...folders];
  for (let count = 0; waiting.length > 0 && count < MAXIMUM_FOLDERS; count++) {
    const folder = waiting.shift()!;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some(({ name }) => name === RUN_MANIFEST)) continue;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (isSearched(entry.name)) waiting.push(path);
      } else if (isConfiguration(entry.name)) found.push(path);
    }
  }
  return found;
}
