import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asWriteFault } from './file-fault.ts';
import { makeFolder } from './folder.ts';
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** How often a waiting process looks whether the other has finished. */
const pollMilliseconds = 300;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once where another process holds the lock, before it is waited for; may throw instead of waiting. */
  readonly held?: (holder: ProcessIdentity) => void;
}

/**
 * Runs `work` while no other process does so with the same lock file. A lock left behind by a process that is gone is
 * taken over; a living one is waited for.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { signal, held }: LockOptions = {},
): Promise<T> {
  let told = false;
  while (!(await take(file))) {
    const content = await readFile(file, 'utf8').catch(() => '');
    const holder = parse(content);
    if (holder && isRunning(holder) === false) await removeStale(file, content);
    else {
      if (holder && !told) held?.(holder);
      told = true;
      await sleep(pollMilliseconds, undefined, { ...(signal && { signal }) });
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await makeFolder(dirname(file));
    const handle = await open(file, 'wx');
    await handle.writeFile(JSON.stringify(thisProcess()));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw asWriteFault(error, file);
  }
}

function parse(content: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(content) as ProcessIdentity;
  } catch {
    // Another process has made the file and not written it yet.
    return undefined;
  }
}

/** Moves the lock away before it is deleted, so that a new one made meanwhile by another process is not deleted. */
async function removeStale(file: string, content: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== content) await rename(aside, file);
    else await rm(aside, { force: true });
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
