import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { Fault } from '../foundation/fault.ts';
import { asWriteFault } from '../foundation/file-fault.ts';

/** The SHA-256 of a file, in hexadecimal. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { ...(signal && { signal }) });
  return hash.digest('hex');
}

/**
 * Writes those files of a zip archive whose path matches `wanted` into a folder, under the name that its first group
 * captures.
 * @returns the names written
 */
export async function unpack(
  archive: string,
  wanted: RegExp,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const zip = await open(archive);
  const written: string[] = [];
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (!entry) return written;
      const name = wanted.exec(entry.fileName)?.[1];
      if (!name) continue;
      signal?.throwIfAborted();
      const target = join(folder, name);
      try {
        await pipeline(await openEntry(zip, entry), createWriteStream(target, { mode: 0o755 }), {
          ...(signal && { signal }),
        });
      } catch (error) {
        throw asWriteFault(error, target);
      }
      written.push(name);
    }
  } finally {
    zip.close();
  }
}

const open = (archive: string): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    yauzl.open(archive, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (zip) resolve(zip);
      else reject(new Fault('the archive cannot be read', { place: { file: archive }, cause: error }));
    });
  });

const nextEntry = (zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> =>
  new Promise((resolve, reject) => {
    zip.removeAllListeners();
    zip.once('entry', resolve);
    zip.once('end', () => resolve(undefined));
    zip.once('error', reject);
    zip.readEntry();
  });

const openEntry = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (stream ? resolve(stream) : reject(error)));
  });
