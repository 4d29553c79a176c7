import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

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
        if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) waiting.push(path);
      } else if (isConfiguration(entry.name)) found.push(path);
    }
  }
  return found;
}
