import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from './fault.ts';

/**
 * Writes a file so that it is there whole or not at all: to a temporary name beside it, flushed, then renamed.
 * @throws Fault where the disk is full or the folder cannot be written.
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await replaceAtomically(file, async temporary => {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** As `writeFileAtomically`, for content that `write` puts into the temporary file itself. */
export async function replaceAtomically(
  file: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(
    dirname(file),
    `.${basename(file)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`,
  );
  try {
    await mkdir(dirname(file), { recursive: true });
    await write(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw asWriteFault(error, file);
  }
}

/** The fault a user understands for a failed write; other errors come back unchanged. */
export function asWriteFault(error: unknown, file: string): unknown {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault('the disk is full: the file could not be written', {
        place: { file },
        remedy: 'Free some space, or choose another output folder; what was written before is intact.',
        cause: error,
      });
    case 'EEXIST':
    case 'ENOTDIR':
      return new Fault('the folder cannot be made: there is a file of that name', {
        place: { file },
        remedy: 'Choose another output folder.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault('the file could not be written: permission denied', {
        place: { file },
        remedy: 'Choose an output folder you may write to.',
        cause: error,
      });
    default:
      return error;
  }
}
