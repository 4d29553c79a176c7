import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/**
 * The text of a file that a user or a configuration names; undefined where there is none. Pipes and devices, which a
 * reader would wait at or never see the end of, are not opened.
 * @throws Error that says why it cannot be read: a folder (code EISDIR), no regular file, longer than `limit` bytes.
 */
export function readRegularFile(file: string, limit: number): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  requireRegular(found, limit);
  const descriptor = openSync(file, 'r');
  try {
    // Not more than it had when it was looked at: what grows while it is read is not followed.
    const bytes = Buffer.alloc(Math.min(fstatSync(descriptor).size, limit));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws Error where something is no file, or longer than `limit` bytes. */
export function requireRegular(found: Stats, limit: number): void {
  if (found.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  if (!found.isFile()) throw new Error('it is no regular file, but a pipe or device');
  if (found.size > limit) throw new Error(`it has ${found.size} bytes, more than ${limit}`);
}
