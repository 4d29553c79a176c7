import { isTensor, partOf, slice, type TensorValue, type Value } from '../expressions/value.ts';
import type { Variable } from '../messages.ts';
import { factsOf, textOf, typeOf } from './describe.ts';

/** One thing shown under a name. */
export interface Entry {
  readonly name: string;
  value(): Value;
  /** What gives the same in a watch. */
  readonly evaluateName?: string;
  /** Takes a new value. @throws ExpressionError where it does not fit. */
  set?(value: number): void;
}

type Parts = { readonly entries: readonly Entry[] } | { readonly tensor: TensorValue; readonly path: string };

/** Numbers by which an editor asks for the parts of values; of one moment: forgotten with it when training goes on. */
export class VariableStore {
  private readonly handles = new Map<number, Parts>();
  private next = 1;

  /** A handle for a list of entries. */
  entries(entries: readonly Entry[]): number {
    return this.keep({ entries });
  }

  /** The parts behind a handle; a tensor's slices a page at a time. */
  variables(reference: number, filter?: 'indexed' | 'named', start = 0, count?: number): Variable[] {
    const parts = this.handles.get(reference);
    if (!parts) return [];
    if ('entries' in parts)
      return filter === 'indexed' ? [] : parts.entries.map(entry => this.variable(entry));
    const { tensor, path } = parts;
    const facts = factsOf(tensor).map(([name, value]): Variable => ({ name, value, reference: 0 }));
    if (filter === 'named') return facts;
    const length = tensor.shape[0] ?? 0;
    const end = Math.min(length, start + (count || length));
    const slices = Array.from({ length: Math.max(0, end - start) }, (_, index) =>
      this.variable({
        name: `[${start + index}]`,
        value: () => slice(tensor, start + index),
        evaluateName: `${path}[${start + index}]`,
      }),
    );
    return filter === 'indexed' ? slices : [...facts, ...slices];
  }

  /** The entry of a handle that a name means. */
  find(reference: number, name: string): Entry | undefined {
    const parts = this.handles.get(reference);
    return parts && 'entries' in parts ? parts.entries.find(entry => entry.name === name) : undefined;
  }

  variable(entry: Entry): Variable {
    const { name, evaluateName } = entry;
    let value: Value;
    let text: string;
    try {
      value = entry.value();
      text = textOf(value);
    } catch (error) {
      return { name, value: `<${(error as Error).message}>`, reference: 0 };
    }
    const common = {
      name,
      value: text,
      type: typeOf(value),
      ...(evaluateName && { evaluateName }),
      ...(entry.set && { settable: true }),
    };
    if (isTensor(value)) {
      const indexed = value.shape[0] ?? 0;
      return {
        ...common,
        reference: this.keep({ tensor: value, path: evaluateName ?? name }),
        indexed,
        named: value.spacing ? 10 : 9,
        volume: value.shape.length === 3 || value.shape.length === 5,
      };
    }
    if (typeof value !== 'object' || value === null) return { ...common, reference: 0 };
    const entries = [...value.values].map(
      ([part, read]): Entry => ({
        name: part,
        value: read,
        evaluateName: partOf(evaluateName ?? name, part),
      }),
    );
    return { ...common, reference: this.entries(entries), named: entries.length };
  }

  private keep(parts: Parts): number {
    this.handles.set(this.next, parts);
    return this.next++;
  }
}
