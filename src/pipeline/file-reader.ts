import { fstatSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { spacingOf, voxelCount, type Zyx } from '../volume/volume.ts';
import type { Census } from './census.ts';
import { type PreparedLayout, readFully, readLayout, withFile } from './prepared-file.ts';
import type { Block, PreparedReader } from './prepared-reader.ts';
import type { PreparedSubject } from './subject.ts';

/** A prepared subject in memory that threads can share, with the census of its labels. */
export interface SharedSubject {
  readonly subject: PreparedSubject;
  readonly census: Census | undefined;
}

/** The layout of a prepared file, or undefined where it is missing or not whole. */
export function inspectPrepared(file: string): PreparedLayout | undefined {
  try {
    return withFile(file, fd => readLayout(fd, fstatSync(fd).size));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Reads a whole file into shared memory, or undefined where it is missing or damaged (its checksum does not fit). */
export function readPrepared(file: string): SharedSubject | undefined {
  try {
    return withFile(file, fd => {
      const layout = readLayout(fd, fstatSync(fd).size);
      if (layout === undefined) return undefined;
      const first = layout.images[0];
      const buffer = new SharedArrayBuffer(layout.end - first);
      const bytes = new Uint8Array(buffer);
      if (!readFully(fd, bytes, first)) return undefined;
      return crc32(bytes) === layout.header.checksum ? subjectIn(buffer, layout) : undefined;
    });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Bytes that are checked at a time. */
const CHECKED = 2 ** 20;

/** Whether a file is whole and fits its checksum. */
export function isIntact(file: string): boolean {
  try {
    return withFile(file, fd => {
      const layout = readLayout(fd, fstatSync(fd).size);
      if (layout === undefined) return false;
      const piece = new Uint8Array(CHECKED);
      let checksum = 0;
      for (let at = layout.images[0]; at < layout.end; at += CHECKED) {
        const part = piece.subarray(0, Math.min(CHECKED, layout.end - at));
        if (!readFully(fd, part, at)) return false;
        checksum = crc32(part, checksum);
      }
      return checksum === layout.header.checksum;
    });
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function subjectIn(buffer: SharedArrayBuffer, { header, images, ...at }: PreparedLayout): SharedSubject {
  const { id, shape, affine, original, drawn, classes, masked } = header;
  const voxels = voxelCount(shape);
  const [first] = images;
  return {
    subject: {
      id,
      shape,
      affine,
      original,
      drawn,
      images: images.map(position => new Float32Array(buffer, position - first, voxels)),
      ...(classes > 0 && { labels: new Uint8Array(buffer, at.labels - first, voxels) }),
      ...(masked && { mask: new Uint8Array(buffer, at.mask - first, voxels) }),
    },
    census:
      classes > 0
        ? { classes, counts: new Uint32Array(buffer, at.census - first, classes * shape[0]) }
        : undefined,
  };
}

/**
 * Reads parts of a prepared file with labels: of a block only the rows that are asked for, so that memory does not
 * depend on the size of the volume. Undefined where the file is missing or not whole.
 */
export function fileReader(file: string): PreparedReader | undefined {
  const layout = inspectPrepared(file);
  if (layout === undefined || layout.header.classes === 0) return undefined;
  const { header } = layout;
  const { shape, classes } = header;
  const area = shape[1] * shape[2];
  const counts = new Uint32Array(shape[0] * classes);
  const read = (fd: number, into: Float32Array | Uint8Array | Uint32Array, position: number) => {
    if (!readFully(fd, into, position)) throw new Error(`${file} became shorter while it was read`);
  };
  withFile(file, fd => read(fd, counts, layout.census));
  return {
    id: header.id,
    shape,
    spacing: spacingOf(header.affine),
    channels: header.channels,
    masked: header.masked,
    drawn: header.drawn,
    census: { classes, counts },
    plane: z =>
      withFile(file, fd => {
        const labels = new Uint8Array(area);
        const mask = header.masked ? new Uint8Array(area) : undefined;
        read(fd, labels, layout.labels + z * area);
        if (mask !== undefined) read(fd, mask, layout.mask + z * area);
        return { labels, mask };
      }),
    block: (low, high) => withFile(file, fd => readBlock(fd, layout, low, high, read)),
  };
}

type Read = (fd: number, into: Float32Array | Uint8Array, position: number) => void;

/** The planes and rows of a box, whole rows. */
function readBlock(fd: number, layout: PreparedLayout, low: Zyx, high: Zyx, read: Read): Block {
  const [, Y, X] = layout.header.shape;
  const shape = [high[0] - low[0], high[1] - low[1], X] as const;
  const rows = shape[1] * X;
  const fill = <T extends Float32Array | Uint8Array>(into: T, position: number): T => {
    for (let z = 0; z < shape[0]; z++) {
      const from = ((low[0] + z) * Y + low[1]) * X * into.BYTES_PER_ELEMENT;
      read(fd, into.subarray(z * rows, (z + 1) * rows), position + from);
    }
    return into;
  };
  const count = voxelCount(shape);
  return {
    low: [low[0], low[1], 0],
    shape,
    images: layout.images.map(position => fill(new Float32Array(count), position)),
    labels: fill(new Uint8Array(count), layout.labels),
    mask: layout.header.masked ? fill(new Uint8Array(count), layout.mask) : undefined,
  };
}

/** A cache entry that cannot be read is as good as none. */
const isGone = (error: unknown) =>
  ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '');
