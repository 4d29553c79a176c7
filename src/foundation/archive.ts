import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ZipFile as NewZip } from 'yazl';
import { replaceAtomically } from './atomic-file.ts';
import { Fault } from './fault.ts';
import { makeFolder } from './folder.ts';
import { insideFolder } from './inside-folder.ts';

/** What an archive may hold at most; a small one can unpack to any size. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
}

/** A file in an archive. */
export interface ArchiveEntry {
  /** Path in the archive, with slashes; leads nowhere else. */
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Its content; more than `size` bytes are an error. */
  open(): Promise<Readable>;
}

/**
 * Calls `visit` for each file of a zip archive, in their order. An archive from anybody is safe to open: nothing is
 * unpacked before names and sizes are known to be in order.
 * @throws Fault for what is no zip, damaged, larger than the limits, or holds links, two files of a name, or a path that
 * leads out of the archive.
 */
export async function eachArchiveEntry(
  file: string,
  limits: ArchiveLimits,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const zip = await openArchive(file);
  try {
    for (const entry of await checkedEntries(zip, file, limits)) {
      await visit({
        name: entry.fileName,
        size: entry.uncompressedSize,
        open: () => zip.openReadStreamPromise(entry),
      });
    }
  } catch (error) {
    throw asArchiveFault(error, file);
  } finally {
    zip.close();
  }
}

/**
 * Unpacks a zip archive into a folder, which should be a new one.
 * @returns the files' paths.
 * @throws Fault as `eachArchiveEntry`; what was unpacked before is left to the caller to remove.
 */
export async function unpackArchive(file: string, folder: string, limits: ArchiveLimits): Promise<string[]> {
  const files: string[] = [];
  await eachArchiveEntry(file, limits, async entry => {
    const target = insideFolder(folder, entry.name);
    if (target === undefined) throw strange(file, `"${entry.name}" leads out of the archive`);
    await makeFolder(dirname(target));
    await pipeline(await entry.open(), createWriteStream(target, { flags: 'wx', mode: 0o600 }));
    files.push(target);
  });
  return files;
}

/** A zip archive in memory. */
export async function packed(
  entries: readonly { readonly name: string; readonly content: Uint8Array }[],
): Promise<Buffer> {
  const zip = new NewZip();
  for (const { name, content } of entries) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Writes a zip archive, whole or not at all; equal entries and times give equal bytes. */
export async function writeArchive(
  file: string,
  entries: readonly { readonly name: string; readonly content: Uint8Array | string }[],
  options: { readonly time: Date; readonly mode?: number },
): Promise<void> {
  await replaceAtomically(file, async temporary => {
    const zip = new NewZip();
    for (const { name, content } of entries)
      zip.addBuffer(Buffer.from(content), name, { mtime: options.time });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(temporary, { flags: 'wx' }));
    if (options.mode !== undefined) await chmod(temporary, options.mode);
  });
}

async function openArchive(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch (error) {
    throw asArchiveFault(error, file);
  }
}

/** The files of an archive, folders left out. */
async function checkedEntries(zip: ZipFile, file: string, limits: ArchiveLimits): Promise<Entry[]> {
  if (zip.entryCount > limits.entries) {
    throw strange(file, `it holds ${zip.entryCount} files, more than ${limits.entries}`);
  }
  const entries: Entry[] = [];
  const names = new Set<string>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    if (fileName.endsWith('/')) continue;
    if (isLink(entry)) throw strange(file, `"${fileName}" is a link`);
    if (entry.isEncrypted()) throw strange(file, `"${fileName}" is encrypted`);
    // Some file systems do not tell capitals apart.
    const key = fileName.toLowerCase();
    if (names.has(key)) throw strange(file, `there are two files "${fileName}"`);
    names.add(key);
    bytes += entry.uncompressedSize;
    if (!(bytes <= limits.bytes)) throw strange(file, `its files unpack to more than ${limits.bytes} bytes`);
    entries.push(entry);
  }
  return entries;
}

/** The upper half of the attributes is the file's mode where the archive was made on Unix. */
const isLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

const strange = (file: string, what: string): Fault =>
  new Fault(`the archive is not accepted: ${what}`, {
    place: { file },
    remedy: 'Make it again, with plain files only.',
  });

function asArchiveFault(error: unknown, file: string): unknown {
  if (error instanceof Fault) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new Fault('there is no such file', { place: { file }, remedy: 'Check the path.', cause: error });
  }
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return new Fault(`this is no zip archive, or it is damaged: ${(error as Error).message}`, {
    place: { file },
    remedy: 'Copy or make it again.',
    cause: error,
  });
}
