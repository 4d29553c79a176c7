import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

/** One file of an archive. */
export interface Packed {
  readonly path: string;
  readonly bytes: number;
}

/** Unpacks an archive into a folder, with the files' permissions; returns what it holds. */
export async function unpack(archive: string, folder: string): Promise<Packed[]> {
  const zip = await openPromise(archive, { lazyEntries: true });
  const files: Packed[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const target = join(folder, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    // The upper half holds Unix permissions; an archive made elsewhere has none.
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
    files.push({ path: entry.fileName, bytes: entry.uncompressedSize });
  }
  return files;
}
