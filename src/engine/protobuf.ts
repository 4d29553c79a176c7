/**
 * Writing of protocol buffers, as far as TensorFlow's GraphDef and ConfigProto need it: each function gives the bytes of
 * one field (https://protobuf.dev/programming-guides/encoding/).
 */

/** A number as a varint; negative ones in two's complement with 64 bits. */
export function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const tag = (field: number, wire: number): Buffer => varint(field * 8 + wire);

export const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

export const integerField = (field: number, value: number): Buffer => join(tag(field, 0), varint(value));

export const boolField = (field: number, value: boolean): Buffer => integerField(field, value ? 1 : 0);

export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return join(tag(field, 5), bytes);
}

/** A string, bytes, a message or a packed list: a field with its length. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return join(tag(field, 2), varint(bytes.byteLength), bytes);
}

export const messageField = (field: number, ...parts: readonly Uint8Array[]): Buffer =>
  bytesField(field, join(...parts));
