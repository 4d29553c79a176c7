import { readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../src/foundation/fault.ts';
import { makeFolder } from '../../src/foundation/folder.ts';

/**
 * Deleted runs lie in a folder beside the others until they are restored or deleted for good: the system's trash can
 * neither be undone by a program nor be reached on a remote machine.
 */
const TRASH = '.trash';

/** Moves a run to the trash of its output folder. @returns where it lies now */
export async function moveToTrash(folder: string): Promise<string> {
  const trash = join(dirname(folder), TRASH);
  await makeFolder(trash);
  const target = join(trash, basename(folder));
  await move(folder, target);
  return target;
}

/** Moves a run back from the trash. @returns where it lies now */
export async function restoreFromTrash(trashed: string): Promise<string> {
  const target = join(dirname(dirname(trashed)), basename(trashed));
  await move(trashed, target);
  return target;
}

/** The deleted runs of an output folder, newest first. */
export async function trashedRuns(outputs: string): Promise<string[]> {
  const trash = join(outputs, TRASH);
  const names = await readdir(trash).catch(() => []);
  return names
    .sort()
    .reverse()
    .map(name => join(trash, name));
}

/** Whether a run lies in a trash, or in a run that does. */
export const isTrashed = (folder: string): boolean => folder.split(/[\\/]/).includes(TRASH);

async function move(from: string, to: string): Promise<void> {
  if (await stat(to).catch(() => undefined))
    throw new Fault('there is a run of this name already', {
      place: { file: to },
      remedy: 'Rename or move one of the two folders.',
    });
  await rename(from, to);
}
