import { createHash } from 'node:crypto';
import { link, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../src/foundation/folder.ts';

/** The folder, below the extension's storage, that keeps what backends print. */
const LOGS = 'logs';

/** Where the output of a run's backend lies, if this editor started it. */
export function logFileOf(storage: string, runFolder: string): string {
  const hash = createHash('sha256').update(runFolder).digest('hex').slice(0, 8);
  return join(storage, LOGS, `${basename(runFolder)}-${hash}.log`);
}

/** Where a backend prints whose run is not yet known. */
export function newLogFile(storage: string): string {
  return join(storage, LOGS, `${new Date().toISOString().replaceAll(':', '')}-${process.pid}.log`);
}

/**
 * Gives a log the name of its run, while its writer goes on writing to it. Where the system lets no file be renamed that
 * is open, it gets a second name; where that fails too it keeps its own, as the training has begun all the same.
 * @returns where it lies
 */
export async function adoptLog(log: string, storage: string, runFolder: string): Promise<string> {
  const adopted = logFileOf(storage, runFolder);
  await makeFolder(dirname(adopted));
  return rename(log, adopted)
    .catch(() => link(log, adopted))
    .then(
      () => adopted,
      () => log,
    );
}
