import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGunzip, createInflate, gunzip, gunzipSync, inflate } from 'node:zlib';
import { Fault } from '../foundation/fault.ts';
import { asReadFault } from '../foundation/file-fault.ts';

/** How voxel bytes are packed in a file. */
export type Compression = 'none' | 'gzip' | 'zlib';

/** Deflate never packs more than 1032 bytes into one: a file that would need to is too short. */
const mostInflation = 1032;
/** Padding tolerated behind the promised bytes. */
const slack = 65536;

const exportAgain = 'The file is damaged or was not copied whole: copy or export it again.';

/** Runs `use` on an open file. @throws Fault where the file is missing or cannot be read. */
export async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return await use(handle);
  } catch (error) {
    throw asReadFault(error, file);
  } finally {
    await handle?.close();
  }
}

/** At most `length` bytes of a file from `offset`. */
export async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
  let filled = 0;
  while (filled < buffer.length) {
    const wanted = Math.min(buffer.length - filled, 2 ** 30);
    const { bytesRead } = await handle.read(buffer, filled, wanted, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Length of a file in bytes. @throws Fault where it is missing. */
export const fileSize = (file: string): Promise<number> =>
  withFile(file, async handle => (await handle.stat()).size);

/** Whether bytes begin as a gzip stream does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The first bytes of a file, inflated where it is a gzip stream; costs no more than inflating 4 KiB. */
export async function readHead(file: string, length: number): Promise<{ bytes: Buffer; gzip: boolean }> {
  return withFile(file, async handle => {
    const head = await readRange(handle, 0, Math.max(length, 4096));
    if (!isGzip(head)) return { bytes: head.subarray(0, length), gzip: false };
    try {
      const bytes = gunzipSync(head.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
      return { bytes: bytes.subarray(0, length), gzip: true };
    } catch (error) {
      throw new Fault('the compressed data is damaged', {
        place: { file },
        remedy: exportAgain,
        cause: error,
      });
    }
  });
}

/**
 * Exactly `length` bytes of voxels. `skip` counts bytes of the file before the packed data, `offset` bytes of the
 * data before the voxels. Neither reads nor inflates (much) more than was asked for, whatever the file holds.
 * @throws Fault where the file is too short, damaged, or goes on behind the voxels.
 */
export async function readStored(
  file: string,
  { skip, offset, length, compression }: StoredRange,
): Promise<Uint8Array> {
  return withFile(file, async handle => {
    const { size } = await handle.stat();
    if (compression === 'none') {
      if (size - skip - offset < length) throw tooShort(file, length, size - skip - offset);
      return readRange(handle, skip + offset, length);
    }
    const total = offset + length;
    if ((size - skip) * mostInflation < total) throw tooShort(file, length, undefined);
    const packed = await readRange(handle, skip, size);
    const inflated = await unpack(file, packed, total, compression);
    if (inflated.length < total) throw tooShort(file, length, inflated.length - offset);
    return inflated.subarray(offset, total);
  });
}

/** Makes sure that `readStored` would succeed, with little memory: what is packed is inflated and forgotten. */
export async function checkStored(
  file: string,
  { skip, offset, length, compression }: StoredRange,
): Promise<void> {
  await withFile(file, async handle => {
    const { size } = await handle.stat();
    const total = offset + length;
    if (compression === 'none') {
      if (size - skip < total) throw tooShort(file, length, size - skip - offset);
      return;
    }
    if ((size - skip) * mostInflation < total) throw tooShort(file, length, undefined);
    let inflated = 0;
    try {
      await pipeline(
        handle.createReadStream({ start: skip, autoClose: false, highWaterMark: 2 ** 20 }),
        compression === 'gzip' ? createGunzip({ chunkSize: 2 ** 20 }) : createInflate({ chunkSize: 2 ** 20 }),
        async chunks => {
          for await (const chunk of chunks as AsyncIterable<Buffer>) {
            inflated += chunk.length;
            if (inflated > total + slack) break;
          }
        },
      );
    } catch (error) {
      // Leaving the loop above ends the streams with an error of theirs.
      throw unpackFault(file, total, error, inflated > total + slack);
    }
    if (inflated > total + slack) throw unpackFault(file, total, undefined, true);
    if (inflated < total) throw tooShort(file, length, inflated - offset);
  });
}

export interface StoredRange {
  readonly skip: number;
  readonly offset: number;
  readonly length: number;
  readonly compression: Compression;
}

/** Inflates at most `total` bytes and a little padding, into one buffer where it is below 1 GiB. */
async function unpack(
  file: string,
  packed: Buffer,
  total: number,
  compression: Compression,
): Promise<Uint8Array> {
  const most = total + slack;
  try {
    return await promisify(compression === 'gzip' ? gunzip : inflate)(packed, {
      chunkSize: Math.min(most, 2 ** 30),
      maxOutputLength: most,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unpackFault(file, total, error, code === 'ERR_BUFFER_TOO_LARGE');
  }
}

function unpackFault(file: string, total: number, error: unknown, tooLong: boolean): Fault {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const what = tooLong
    ? `the compressed data goes on behind the ${total} bytes that the header promises`
    : code === 'Z_BUF_ERROR'
      ? 'the compressed data ends early'
      : 'the compressed data is damaged';
  return new Fault(what, { place: { file }, remedy: exportAgain, cause: error });
}

function tooShort(file: string, promised: number, present: number | undefined): Fault {
  const rest = present === undefined ? '' : ` but holds ${Math.max(0, present)}`;
  return new Fault(`the header promises ${promised} bytes of voxels${rest}: the file is too short`, {
    place: { file },
    remedy: exportAgain,
  });
}
