import { lstatSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/**
 * What of the disk may be looked at. In a workspace that is not trusted that is what lies in its folders, without what
 * links in them lead to: a configuration from elsewhere must not make the server ask a network share or a device.
 */
export class Boundary {
  private trusted = true;
  private folders: readonly string[] = [];

  /** Nothing outside of the workspace's folders may be looked at from now on. */
  close(): void {
    this.trusted = false;
  }

  /** @param folders absolute paths. */
  surround(folders: readonly string[]): void {
    this.folders = folders;
  }

  permits(path: string): boolean {
    return this.trusted || this.folders.some(folder => liesIn(folder, path));
  }

  /** @throws Error that says why a path is not read. */
  require(path: string): void {
    if (!this.permits(path))
      throw new Error(
        'it lies outside of this workspace, which is not trusted; trust the workspace to read it',
      );
  }
}

/** True where a path leads into a folder by its letters and by no link. */
function liesIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  const parts = way.split(sep);
  if (parts[0] === '..' || isAbsolute(way) || path.includes('\0')) return false;
  return parts.every((_, index) => !isLink(join(folder, ...parts.slice(0, index + 1))));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    // What cannot be looked at is not followed.
    return true;
  }
}
