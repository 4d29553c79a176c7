import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { replaceAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { asWriteFault } from '../foundation/file-fault.ts';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import type { Census } from './census.ts';
import type { Grid, PreparedSubject } from './subject.ts';

/**
 * A prepared subject on disk: eight bytes of magic, the header's length (uint32), the header (JSON), zeros up to a
 * multiple of 64, then raw little-endian blocks: the images (float32), the census (uint32), labels and mask (uint8).
 */
const MAGIC = 'IEPREP1\n';
const ALIGNMENT = 64;

export interface PreparedHeader {
  readonly id: string;
  readonly shape: Zyx;
  readonly affine: readonly number[];
  readonly original: Grid;
  readonly drawn: readonly boolean[];
  readonly channels: number;
  /** Classes of the census; 0 where the subject has no labels. */
  readonly classes: number;
  readonly masked: boolean;
  /** CRC-32 of all blocks. */
  readonly checksum: number;
}

/** Where the blocks of a file lie, in bytes. */
export interface PreparedLayout {
  readonly header: PreparedHeader;
  readonly images: readonly number[];
  readonly census: number;
  readonly labels: number;
  readonly mask: number;
  readonly end: number;
}

/** Bytes that a subject takes on disk and in memory. */
export const preparedBytes = ({
  shape,
  channels,
  classes,
  masked,
}: Omit<PreparedHeader, 'checksum'>): number =>
  voxelCount(shape) * (4 * channels + (classes > 0 ? 1 : 0) + (masked ? 1 : 0)) + 4 * shape[0] * classes;

/** Writes a subject: the file is there whole or not at all. */
export async function writePrepared(
  file: string,
  subject: PreparedSubject,
  census: Census | undefined,
): Promise<void> {
  const blocks = [...subject.images, census?.counts, subject.labels, subject.mask]
    .filter(block => block !== undefined)
    .map(block => new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
  const { id, shape, affine, original, drawn } = subject;
  const header: PreparedHeader = {
    id,
    shape,
    affine,
    original,
    drawn,
    channels: subject.images.length,
    classes: census?.classes ?? 0,
    masked: subject.mask !== undefined,
    checksum: blocks.reduce((sum, block) => crc32(block, sum), 0),
  };
  const text = Buffer.from(JSON.stringify(header));
  const lead = Buffer.alloc(align(MAGIC.length + 4 + text.length));
  lead.write(MAGIC, 'latin1');
  lead.writeUInt32LE(text.length, MAGIC.length);
  text.copy(lead, MAGIC.length + 4);
  await replaceAtomically(file, async temporary => {
    const handle = await open(temporary, 'wx');
    try {
      for (const block of [lead, ...blocks]) await handle.writeFile(block);
    } finally {
      await handle.close();
    }
  });
}

/** As `writePrepared`, for what can go on without: why the file could not be written, undefined where it could. */
export async function keepPrepared(
  file: string,
  subject: PreparedSubject,
  census: Census | undefined,
): Promise<string | undefined> {
  try {
    await writePrepared(file, subject, census);
    return undefined;
  } catch (error) {
    const fault = asWriteFault(error, file);
    return fault instanceof Fault ? fault.message : String(error);
  }
}

/**
 * The layout of a file, or undefined where it is no whole prepared file: cut off, of another version, or damaged in
 * its header.
 */
export function readLayout(fd: number, size: number): PreparedLayout | undefined {
  const start = Buffer.alloc(MAGIC.length + 4);
  if (readSync(fd, start, 0, start.length, 0) < start.length) return undefined;
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const length = start.readUInt32LE(MAGIC.length);
  if (length > size) return undefined;
  const text = Buffer.alloc(length);
  readSync(fd, text, 0, length, start.length);
  let header: PreparedHeader;
  try {
    header = JSON.parse(text.toString()) as PreparedHeader;
  } catch {
    return undefined;
  }
  const first = align(start.length + length);
  const voxels = voxelCount(header.shape);
  const census = first + 4 * voxels * header.channels;
  const labels = census + 4 * header.shape[0] * header.classes;
  const mask = labels + (header.classes > 0 ? voxels : 0);
  const end = mask + (header.masked ? voxels : 0);
  if (end !== size) return undefined;
  const images = Array.from({ length: header.channels }, (_, c) => first + 4 * voxels * c);
  return { header, images, census, labels, mask, end };
}

/** Opens a file for the time of `use`. */
export function withFile<T>(file: string, use: (fd: number) => T): T {
  const fd = openSync(file, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Fills an array from a file, however many reads it takes. @returns false where the file ends before. */
export function readFully(
  fd: number,
  into: Float32Array | Uint8Array | Uint32Array,
  position: number,
): boolean {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  // One read gives at most 2 GiB.
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(fd, bytes, done, Math.min(bytes.length - done, 2 ** 30), position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

const align = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;
