import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RUN_FILES } from '../../src/runs/run-folder.ts';

/** Files without those that a run keeps of its beginning: those in the folder `code` beside a run's manifest. */
export function withoutSnapshots(files: readonly string[]): string[] {
  const known = new Map<string, boolean>();
  const isKept = (folder: string): boolean => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const above = dirname(folder);
    const isSnapshot = basename(folder) === RUN_FILES.code && existsSync(join(above, RUN_FILES.manifest));
    const kept = isSnapshot || (above !== folder && isKept(above));
    known.set(folder, kept);
    return kept;
  };
  return files.filter(file => !isKept(dirname(file)));
}
