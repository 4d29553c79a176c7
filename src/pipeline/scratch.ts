const floats = new Map<string, Float32Array<ArrayBuffer>>();
const bytes = new Map<string, Uint8Array<ArrayBuffer>>();

/**
 * An array for the time of one computation, used again by the next of this thread: fresh ones of some megabytes cost
 * more, in page faults and garbage collection, than what is computed in them. It holds what its last user left.
 * @param use what the array is for; two uses at a time need two names.
 */
export function scratchFloats(use: string, length: number): Float32Array<ArrayBuffer> {
  let array = floats.get(use);
  if (array === undefined || array.length < length) {
    array = new Float32Array(length);
    floats.set(use, array);
  }
  return array.subarray(0, length);
}

/** As `scratchFloats`, of bytes. */
export function scratchBytes(use: string, length: number): Uint8Array<ArrayBuffer> {
  let array = bytes.get(use);
  if (array === undefined || array.length < length) {
    array = new Uint8Array(length);
    bytes.set(use, array);
  }
  return array.subarray(0, length);
}
