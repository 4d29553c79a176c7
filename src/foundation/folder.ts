import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asWriteFault } from './file-fault.ts';

export interface FolderOptions {
  /** Permissions of the folder itself, such as 0o700; those above it get the usual ones. */
  readonly mode?: number;
}

/**
 * Makes a folder, and those above it that are not there. Node's recursive mkdir never ends where the system answers
 * that there is no such file although the folder above is there, as below /proc: here each folder is tried once.
 * @throws Fault where it cannot be made.
 */
export async function makeFolder(folder: string, options: FolderOptions = {}): Promise<void> {
  if (await isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above);
  try {
    await mkdir(folder, options);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw asWriteFault(error, folder);
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
