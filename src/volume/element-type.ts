import { Fault } from '../foundation/fault.ts';
import type { VoxelData } from './volume.ts';

/** How a voxel is stored in a file. 64-bit integers and half floats are widened when they are read. */
export type ElementType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64';

/** Bytes of one stored voxel. */
export const bytesPerElement: Readonly<Record<ElementType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
};

/** The element type of voxels in memory. */
export function elementTypeOf(data: VoxelData): ElementType {
  return data.constructor.name.replace('Array', '').toLowerCase() as ElementType;
}

/** An array of the same type as `like`, of `length` zeros. */
export function arrayLike<T extends VoxelData>(like: T, length: number): T {
  return new (like.constructor as new (length: number) => T)(length);
}

/**
 * Stored bytes as voxels; where it can it makes a view of them, without a copy. Big-endian bytes are swapped in place.
 * @throws Fault where a 64-bit integer is beyond ±2^53, which no voxel array in memory could hold exactly.
 */
export function decodeElements(
  bytes: Uint8Array,
  type: ElementType,
  bigEndian: boolean,
  file: string,
): VoxelData {
  const size = bytesPerElement[type];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (bigEndian) swapBytes(aligned, size);
  const elements = new arrays[type](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / size);
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    return widenIntegers(elements, file);
  }
  return type === 'float16' ? widenHalves(elements as Uint16Array) : elements;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

function widenIntegers(integers: BigInt64Array | BigUint64Array, file: string): Float64Array {
  const result = new Float64Array(integers.length);
  for (let i = 0; i < result.length; i++) {
    const value = Number(integers[i]);
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
      throw new Fault(`a voxel holds ${integers[i]}, a 64-bit integer beyond 2^53`, {
        place: { file },
        remedy: 'Store the volume with 32-bit integers or as float64.',
      });
    }
    result[i] = value;
  }
  return result;
}

function widenHalves(halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  for (let i = 0; i < result.length; i++) {
    const bits = halves[i]!;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude =
      exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    result[i] = bits & 0x8000 ? -magnitude : magnitude;
  }
  return result;
}
