import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RUN_FILES } from '../../src/runs/run-folder.ts';

/** Folders between a run's own and a file that it predicted. */
const LEVELS = 4;

/** The folder of the run that a file lies in, if it does. */
export async function findRun(file: string): Promise<string | undefined> {
  for (let folder = dirname(file), level = 0; level < LEVELS; level++, folder = dirname(folder)) {
    const manifest = join(folder, RUN_FILES.manifest);
    if (
      await access(manifest).then(
        () => true,
        () => false,
      )
    )
      return folder;
  }
  return undefined;
}
