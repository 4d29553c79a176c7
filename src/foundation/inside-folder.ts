import { isAbsolute, relative, resolve } from 'node:path';

/**
 * The absolute path of a file that data names, relative to a folder; undefined where it would leave the folder.
 * Backslashes of Windows' tools count as slashes.
 */
export function insideFolder(folder: string, path: string): string | undefined {
  const inside = path.replaceAll('\\', '/');
  const file = resolve(folder, inside);
  const fromFolder = relative(folder, file);
  const leaves = fromFolder.split(/[\\/]/)[0] === '..' || isAbsolute(fromFolder) || isAbsolute(inside);
  return leaves || path.includes('\0') ? undefined : file;
}
