import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asWriteFault } from './file-fault.ts';
import { makeFolder } from './folder.ts';

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
    await makeFolder(dirname(file));
    await write(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw asWriteFault(error, file);
  }
}
