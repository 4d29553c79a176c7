import { integerField } from './protobuf.ts';

/** Time that one node of a graph took in one run. */
export interface NodeTime {
  readonly node: string;
  /** Such as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly device: string;
  /** On the processor's clock, in microseconds since some time of the past. */
  readonly start: number;
  readonly microseconds: number;
}

/** `RunOptions` that ask for the times of nodes (`trace_level: SOFTWARE_TRACE`). */
export const tracingOptions = integerField(1, 1);

/**
 * Times of a run's nodes out of its `RunMetadata`: step_stats (1) → dev_stats (1), each with its device (1) →
 * node_stats (2), each with node_name (1), all_start_micros (2) and all_end_rel_micros (5), as in
 * tensorflow/core/framework/step_stats.proto.
 */
export function nodeTimes(metadata: Uint8Array): NodeTime[] {
  return messages(metadata, 1)
    .flatMap(stepStats => messages(stepStats, 1))
    .flatMap(ofDevice => {
      const device = text(ofDevice, 1);
      return messages(ofDevice, 2).map(stats => ({
        node: text(stats, 1),
        device,
        start: number(stats, 2),
        microseconds: number(stats, 5),
      }));
    });
}

interface Field {
  readonly field: number;
  /** A number, or the bytes of a text or a message. */
  readonly value: number | Uint8Array;
}

const messages = (bytes: Uint8Array, wanted: number): Uint8Array[] =>
  [...fieldsOf(bytes)].flatMap(({ field, value }) =>
    field === wanted && typeof value !== 'number' ? [value] : [],
  );

const text = (bytes: Uint8Array, wanted: number): string =>
  messages(bytes, wanted)
    .map(part => Buffer.from(part).toString())
    .join('');

const number = (bytes: Uint8Array, wanted: number): number =>
  [...fieldsOf(bytes)].reduce(
    (found, { field, value }) => (field === wanted && typeof value === 'number' ? value : found),
    0,
  );

/** Fields of a message, one after the other (https://protobuf.dev/programming-guides/encoding/). */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) yield { field, value: varint() };
    else if (wire === 2) {
      const length = varint();
      yield { field, value: bytes.subarray(at, at + length) };
      at += length;
    } else if (wire === 1 || wire === 5) at += wire === 1 ? 8 : 4;
    else throw new Error(`a field of wire type ${wire} in RunMetadata`);
  }
}
