import type { ProbeValue, ProbeValues } from '../../foundation/probe.ts';
import { ExpressionError } from './syntax.ts';

/** What expressions work on. */
export type Value = number | string | boolean | null | TensorValue | GroupValue;

/** A tensor, volume or crop; its numbers are read only when they are needed. */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  /** Last axis fastest. */
  data(): ArrayLike<number>;
  /** [z, y, x] in mm, where the axes are those of a volume. */
  readonly spacing?: readonly [number, number, number];
  readonly holds?: 'image' | 'labels';
}

/** Values by name. */
export interface GroupValue {
  readonly kind: 'group';
  readonly values: ReadonlyMap<string, () => Value>;
}

export function isTensor(value: Value): value is TensorValue {
  return typeof value === 'object' && value !== null && value.kind === 'tensor';
}

/** What a probe shows, as a value. */
export function asValue(shown: ProbeValue): Value {
  if (typeof shown !== 'object' || shown === null) return shown;
  if ('dataSync' in shown) {
    const { shape, dtype } = shown;
    return { kind: 'tensor', shape, dtype, size: sizeOf(shape), data: () => shown.dataSync() };
  }
  if (shown.kind === 'group') return { kind: 'group', values: namesOf(shown.values) };
  const { data, shape, spacing, holds } = shown;
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Uint8Array ? 'uint8' : 'int32';
  return { kind: 'tensor', shape, dtype, size: data.length, data: () => data, spacing, holds };
}

/** Values by name, made when they are asked for. */
export function namesOf(values: ProbeValues): Map<string, () => Value> {
  return new Map(Object.entries(values).map(([name, value]) => [name, () => asValue(value)]));
}

/** The expression for a part of what an expression gives. */
export function partOf(whole: string, part: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(part) ? `${whole}.${part}` : `${whole}[${JSON.stringify(part)}]`;
}

/** The part of a tensor at an index of its first axis; of one without axes nothing. */
export function slice(tensor: TensorValue, at: number): Value {
  const [length, ...shape] = tensor.shape;
  const place = at < 0 ? (length ?? 0) + at : at;
  if (length === undefined || !Number.isInteger(place) || place < 0 || place >= length) {
    throw new ExpressionError(
      `there is no ${at} in ${length === undefined ? 'a single value' : `an axis of ${length}`}`,
    );
  }
  const size = sizeOf(shape);
  const data = () => {
    const all = tensor.data() as ArrayLike<number> & {
      subarray?(from: number, to: number): ArrayLike<number>;
    };
    const [from, to] = [place * size, (place + 1) * size];
    return all.subarray ? all.subarray(from, to) : Array.prototype.slice.call(all, from, to);
  };
  if (shape.length === 0) return data()[0]!;
  return { kind: 'tensor', shape, dtype: tensor.dtype, size, data };
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** A value's kind, for messages. */
export function describeKind(value: Value): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'object') return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  return value.kind === 'group' ? 'a group of values' : `a tensor [${value.shape.join(', ')}]`;
}
