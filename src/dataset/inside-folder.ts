import { isAbsolute, resolve } from 'node:path';
import { Fault, type Place } from '../foundation/fault.ts';
import { insideFolder } from '../foundation/inside-folder.ts';

/**
 * The absolute path of a file that a data set's own list names. Lists come with downloaded data, so a relative path
 * may not climb out of the data set's folder; an absolute one is accepted where `absolute` says so (csv: written by
 * hand or by the team's own tools). Backslashes of Windows' tools count as slashes.
 * @throws Fault for a path that leaves the folder.
 */
export function fileInside(
  folder: string,
  path: string,
  place: Place,
  { absolute }: { readonly absolute: boolean },
): string {
  if (path.includes('\0')) {
    throw new Fault('the path holds a null character', { place, remedy: 'Write the path anew.' });
  }
  if (absolute && isAbsolute(path)) return resolve(path);
  const file = insideFolder(folder, path);
  if (file === undefined) {
    throw new Fault(`the path "${path}" leaves the data set's folder`, {
      place,
      remedy: absolute
        ? `Write a path below ${folder}, or the absolute path if the file is meant to lie elsewhere.`
        : `Write a path below ${folder}.`,
    });
  }
  return file;
}
