import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';

/** A named float32 array with its shape. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Header {
  [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
}

/** Largest header that is believed. */
const MOST_HEADER_BYTES = 100_000_000;

/**
 * Tensors in the safetensors format (https://github.com/huggingface/safetensors): an 8-byte length, a JSON header, raw
 * little-endian values. Nothing in it is executed on reading, and Python reads it too.
 */
export function encodeSafetensors(content: TensorFile): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: content.metadata };
  for (const [name, { shape, data }] of content.tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = Buffer.alloc(8 + padded + offset, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  let at = 8 + padded;
  for (const { data } of content.tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Writes tensors in the safetensors format, whole or not at all. */
export const writeSafetensors = (file: string, content: TensorFile): Promise<void> =>
  writeFileAtomically(file, encodeSafetensors(content));

/**
 * Reads a safetensors file of float32 tensors.
 * @throws Fault where the file is missing, cut off or inconsistent.
 */
export async function readSafetensors(file: string): Promise<TensorFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw broken(file, missing ? 'there is no such file' : String(error), error);
  }
  return decodeSafetensors(bytes, file);
}

const broken = (file: string, what: string, cause?: unknown): Fault =>
  new Fault(`the checkpoint cannot be read: ${what}`, {
    place: { file },
    remedy: 'Use another checkpoint of the run.',
    cause,
  });

/** The float32 tensors in bytes that may come from anybody. @throws Fault where they are cut off or inconsistent. */
export function decodeSafetensors(bytes: Buffer, file: string): TensorFile {
  if (bytes.length < 8) throw broken(file, 'it is cut off');
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > MOST_HEADER_BYTES || 8 + length > bytes.length) throw broken(file, 'it is cut off');
  let header: Header & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  } catch (error) {
    throw broken(file, 'its header is not JSON', error);
  }
  if (typeof header !== 'object' || header === null) throw broken(file, 'its header is no object');
  const tensors = new Map<string, NamedTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: range } = entry ?? {};
    if (dtype !== 'F32' || !Array.isArray(shape) || !Array.isArray(range))
      throw broken(file, `"${name}" is not float32`);
    const [begin, end] = range;
    const size = shape.reduce((product, extent) => product * extent, 1) * 4;
    if (!(begin >= 0 && end - begin === size && 8 + length + end <= bytes.length))
      throw broken(file, `"${name}" is cut off`);
    const data = new Float32Array(size / 4);
    new Uint8Array(data.buffer).set(bytes.subarray(8 + length + begin, 8 + length + end));
    tensors.set(name, { shape, data });
  }
  const metadata = header.__metadata__;
  return { tensors, metadata: typeof metadata === 'object' && metadata !== null ? metadata : {} };
}
