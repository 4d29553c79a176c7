import { join } from 'node:path';
import { withLock } from '../../foundation/lock-file.ts';

const LOCK_FILE = 'azure-watch.lock';

/** Thrown where another process writes what is heard of a job already. */
export class WatchedElsewhere extends Error {
  override readonly name = 'WatchedElsewhere';

  constructor(readonly pid: number) {
    super(`process ${pid} writes what is heard of the job already`);
  }
}

/**
 * Does what writes into the run folder of a job while it goes on, as the only process of this machine: an editor and a
 * terminal may follow the same job.
 * @throws WatchedElsewhere with `wait` false, where another process is at it.
 */
export const asOnlyWatcher = <T>(
  folder: string,
  work: () => Promise<T>,
  { signal, wait }: { readonly signal: AbortSignal; readonly wait: boolean },
): Promise<T> =>
  withLock(join(folder, LOCK_FILE), work, {
    signal,
    held: ({ pid }) => {
      if (!wait) throw new WatchedElsewhere(pid);
    },
  });
