import { createHash } from 'node:crypto';
import { AttributeKind, type Binding, type OpAttribute, type TensorMetadata } from './binding.ts';
import type { CApi } from './c-api.ts';
import {
  type Attribute,
  type Edge,
  type GraphNode,
  type OutputType,
  typeAttribute,
  typeOf,
} from './graph-node.ts';
import { ShapeInference } from './shape-inference.ts';
import { DataType, sizeOf, type TensorValues } from './tensor-types.ts';

/** Constants from this size on become Fill nodes where all their values are alike. */
const smallestFill = 64;

/**
 * Stands in for the binding while a function is recorded: each op that TF.js's kernels ask for becomes a node of a
 * graph instead of running. Tensors made by recorded ops have ids below -1, so that TF.js neither reads nor frees them.
 */
export class Recorder implements Binding {
  readonly nodes: GraphNode[] = [];
  /** For each mean over replicas, the nodes that stand for it (`replicas.ts`). */
  readonly means: GraphNode[][] = [];
  /** Where what is recorded next shall compute. */
  device: string | undefined;
  private readonly inference: ShapeInference;
  private readonly edges = new Map<number, Edge>();
  /** Of tensors made outside of the recording, by id and device. */
  private readonly outside = new Map<string, Edge>();
  private readonly constants = new Map<string, Edge>();
  private nextId = -2;
  private count = 0;

  /** @param eager the binding that holds tensors made outside the recording; they enter it as constants */
  constructor(
    api: CApi,
    private readonly eager: Binding,
    private readonly prefix: string,
  ) {
    this.inference = new ShapeInference(api);
  }

  close(): void {
    this.inference.close();
  }

  /** Adds a node that no op of TF.js stands for. */
  add(
    op: string,
    inputs: readonly Edge[],
    attributes: Readonly<Record<string, Attribute>>,
    options: { name?: string; controls?: readonly GraphNode[]; outputs?: number } = {},
  ): GraphNode {
    const name = `${this.prefix}${options.name ?? `${op}_${this.count++}`}`;
    const { device } = this;
    const incomplete = { name, op, inputs, controls: options.controls ?? [], attributes, device };
    const node = this.inference.complete(incomplete, options.outputs ?? 1);
    this.nodes.push(node);
    return node;
  }

  /** What TF.js needs to make a tensor that stands for the value of an edge. */
  symbol(edge: Edge): TensorMetadata {
    const id = this.nextId--;
    this.edges.set(id, edge);
    return { id, ...copyOf(typeOf(edge)) };
  }

  /** The edge that a tensor stands for. */
  edge(id: number): Edge {
    const key = `${id}@${this.device}`;
    const known = this.edges.get(id) ?? this.outside.get(key);
    if (known) return known;
    // A tensor made outside the recording enters it with the values it has now.
    const { shape, dtype } = this.eager.tensorMetadata(id);
    const edge = this.constant(dtype, shape, this.eager.tensorDataSync(id));
    this.outside.set(key, edge);
    return edge;
  }

  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number {
    // An ordinary tensor: it may be one from outside, which outlives the recording. It becomes a constant when used.
    return this.eager.createTensor(shape, dtype, values);
  }

  deleteTensor(id: number): void {
    this.eager.deleteTensor(id);
    this.edges.delete(id);
  }

  tensorDataSync(id: number): TensorValues {
    if (id > 0) return this.eager.tensorDataSync(id);
    throw new Error(
      'a recorded function cannot read the values of its tensors: they exist only when it runs',
    );
  }

  tensorMetadata(id: number): TensorMetadata {
    return id > 0 ? this.eager.tensorMetadata(id) : { id, ...copyOf(typeOf(this.edge(id))) };
  }

  executeOp(op: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[] {
    const encoded = Object.fromEntries(
      attributes.map(({ name, type, value }) => [name, encode(type, value)]),
    );
    // TF.js's kernels leave out what the eager runtime infers.
    if (op === 'AddN') encoded.N ??= { kind: 'int', value: inputs.length };
    if (op === 'Slice' || op === 'StridedSlice') encoded.Index ??= typeAttribute(DataType.int32);
    const node = this.add(
      op,
      inputs.map(id => this.edge(id)),
      encoded,
      { outputs },
    );
    return Array.from({ length: outputs }, (_, output) => this.symbol({ node, output }));
  }

  isUsingGpuDevice(): boolean {
    return this.eager.isUsingGpuDevice();
  }

  getNumOfTensors(): number {
    return this.eager.getNumOfTensors();
  }

  /** A constant; equal ones share a node, and large ones of one repeated value are filled when the graph runs. */
  private constant(dtype: number, shape: readonly number[], values: TensorValues): Edge {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    // A device of its own reads no constants of others.
    const key = `${this.device}:${dtype}:${shape.join('x')}:${createHash('sha1').update(bytes).digest('hex')}`;
    const known = this.constants.get(key);
    if (known) return known;
    const edge = { node: this.constantNode(dtype, shape, values, bytes), output: 0 };
    this.constants.set(key, edge);
    return edge;
  }

  private constantNode(
    dtype: number,
    shape: readonly number[],
    values: TensorValues,
    bytes: Uint8Array,
  ): GraphNode {
    if (sizeOf(shape) >= smallestFill && (values as Float32Array).every(value => value === values[0])) {
      const dimensions = this.constant(DataType.int32, [shape.length], Int32Array.from(shape));
      const value = this.constant(dtype, [], values.slice(0, 1));
      return this.add('Fill', [dimensions, value], {
        T: typeAttribute(dtype),
        index_type: typeAttribute(DataType.int32),
      });
    }
    const value = { dtype, shape, bytes: Uint8Array.from(bytes) };
    return this.add('Const', [], { dtype: typeAttribute(dtype), value: { kind: 'tensor', value } });
  }
}

const copyOf = ({ shape, dtype }: OutputType) => ({ shape: [...shape], dtype });

const kinds = {
  [AttributeKind.string]: 'string',
  [AttributeKind.int]: 'int',
  [AttributeKind.float]: 'float',
  [AttributeKind.bool]: 'bool',
  [AttributeKind.type]: 'type',
  [AttributeKind.shape]: 'shape',
} as const;

/** An attribute as TF.js's kernels give it, for a node. */
function encode(type: number, value: OpAttribute['value']): Attribute {
  const kind = kinds[type as keyof typeof kinds];
  const list = Array.isArray(value) && kind !== 'shape' ? `${kind}s` : kind;
  return { kind: list, value } as Attribute;
}
