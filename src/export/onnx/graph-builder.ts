import { type AttributeValue, ElementType, type Initializer, type OnnxNode } from './model-proto.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Collects the nodes and constants of an ONNX graph; each method gives the name of the value that it adds. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  private readonly constants = new Map<string, Initializer>();
  private count = 0;

  get initializers(): Initializer[] {
    return [...this.constants.values()];
  }

  node(op: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const name = output ?? `${op}_${this.count++}`;
    this.nodes.push({ op, inputs, output: name, attributes });
    return name;
  }

  /** A list of int64; equal ones are one constant. */
  integers(values: readonly number[]): string {
    const name = `int64[${values.join()}]`;
    const bytes = new Uint8Array(BigInt64Array.from(values, value => BigInt(value)).buffer);
    return this.constant({ name, type: ElementType.int64, shape: [values.length], bytes });
  }

  /** Float32 values under their own name. */
  floats(name: string, shape: readonly number[], bytes: Uint8Array): string {
    return this.constant({ name, type: ElementType.float, shape, bytes });
  }

  transpose(input: string, order: readonly number[]): string {
    return this.node('Transpose', [input], { perm: ints(order) });
  }

  private constant(initializer: Initializer): string {
    if (!this.constants.has(initializer.name)) this.constants.set(initializer.name, initializer);
    return initializer.name;
  }
}

export const ints = (value: readonly number[]): AttributeValue => ({ kind: 'ints', value });
export const int = (value: number): AttributeValue => ({ kind: 'int', value });
export const float = (value: number): AttributeValue => ({ kind: 'float', value });
