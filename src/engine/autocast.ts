import { type Attribute, type Edge, type GraphNode, typeAttribute, typeOf } from './graph-node.ts';
import { DataType } from './tensor-types.ts';

/** Ops computed in low precision always: where the time goes. The value says which inputs are of the op's type. */
const alwaysLow: Readonly<Record<string, readonly number[]>> = {
  Conv3D: [0, 1],
  Conv3DBackpropInputV2: [1, 2],
  Conv3DBackpropFilterV2: [0, 2],
};

interface Following {
  /** Inputs and outputs that are of the type T. */
  readonly inputs: (count: number) => readonly number[];
  readonly outputs: 'all' | 'first';
  /** Only where all inputs are low: a bias is added in full precision. */
  readonly together?: boolean;
}

/** Ops that take low precision over from their inputs. */
const following: Readonly<Record<string, Following>> = {
  Identity: { inputs: every, outputs: 'all' },
  Relu: { inputs: every, outputs: 'all' },
  ReluGrad: { inputs: every, outputs: 'all' },
  LeakyRelu: { inputs: every, outputs: 'all' },
  LeakyReluGrad: { inputs: every, outputs: 'all' },
  Add: { inputs: every, outputs: 'all', together: true },
  Sub: { inputs: every, outputs: 'all' },
  Mul: { inputs: every, outputs: 'all' },
  AddN: { inputs: every, outputs: 'all' },
  ConcatV2: { inputs: count => every(count - 1), outputs: 'all' },
  Slice: { inputs: () => [0], outputs: 'all' },
  SplitV: { inputs: () => [0], outputs: 'all' },
  Pad: { inputs: () => [0], outputs: 'all' },
  Reshape: { inputs: () => [0], outputs: 'all' },
  MaxPool3D: { inputs: every, outputs: 'all' },
  FusedBatchNormV3: { inputs: () => [0], outputs: 'first' },
  FusedBatchNormGradV3: { inputs: () => [0, 1], outputs: 'first' },
};

function every(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The rank from which on a tensor counts as an activation; variables, losses and optimizers stay float32. */
const activationRank = 4;

/**
 * Rewrites a recorded float32 graph so that convolutions, and what lies between them, compute in a lower precision;
 * casts appear where precisions meet. Nodes that are kept keep their names.
 * @param fetched nodes whose values are read from outside, in full precision
 */
export function autocast(
  nodes: readonly GraphNode[],
  low: number,
  fetched: readonly GraphNode[] = [],
): GraphNode[] {
  return new Autocast(low, new Set(fetched)).rewrite(nodes);
}

class Autocast {
  private readonly result: GraphNode[] = [];
  /** The node that stands for a recorded one, and whether it computes in low precision. */
  private readonly rewritten = new Map<GraphNode, { node: GraphNode; low: boolean }>();
  private readonly casts = new Map<string, Edge>();

  constructor(
    private readonly low: number,
    private readonly fetched: ReadonlySet<GraphNode>,
  ) {}

  rewrite(nodes: readonly GraphNode[]): GraphNode[] {
    for (const node of nodes) {
      const lowInputs = this.lowInputs(node);
      this.rewritten.set(node, { node: this.copy(node, lowInputs), low: lowInputs !== undefined });
    }
    return this.result;
  }

  /** The inputs to be given in low precision, where the node is to compute in it. */
  private lowInputs(node: GraphNode): readonly number[] | undefined {
    const always = alwaysLow[node.op];
    if (always) return always;
    const rule = following[node.op];
    if (!rule || this.fetched.has(node) || node.outputs[0]!.dtype !== DataType.float32) return undefined;
    const inputs = rule.inputs(node.inputs.length);
    const isLow = (index: number) => this.isLow(node.inputs[index]!) && isActivation(node.inputs[index]!);
    const follows = rule.together ? inputs.every(isLow) : inputs.some(isLow);
    return follows && node.outputs[0]!.shape.length >= activationRank ? inputs : undefined;
  }

  private copy(node: GraphNode, lowInputs: readonly number[] | undefined): GraphNode {
    const inputs = node.inputs.map((edge, index) =>
      lowInputs?.includes(index) ? this.toLow(edge) : this.toFull(edge),
    );
    const controls = node.controls.map(control => this.rewritten.get(control)!.node);
    const attributes: Record<string, Attribute> = { ...node.attributes };
    let { outputs } = node;
    if (lowInputs) {
      attributes.T = typeAttribute(this.low);
      const count = following[node.op]?.outputs === 'first' ? 1 : outputs.length;
      outputs = outputs.map((output, index) => (index < count ? { ...output, dtype: this.low } : output));
    }
    return this.push({ ...node, inputs, controls, attributes, outputs });
  }

  private isLow({ node, output }: Edge): boolean {
    return this.rewritten.get(node)!.node.outputs[output]!.dtype === this.low;
  }

  private toLow(edge: Edge): Edge {
    return this.isLow(edge) ? this.standIn(edge) : this.cast(edge, this.low);
  }

  private toFull(edge: Edge): Edge {
    return this.isLow(edge) ? this.cast(edge, DataType.float32) : this.standIn(edge);
  }

  private standIn({ node, output }: Edge): Edge {
    return { node: this.rewritten.get(node)!.node, output };
  }

  /** The value in another precision; one cast serves all who ask. */
  private cast(edge: Edge, to: number): Edge {
    const source = this.standIn(edge);
    const key = `${source.node.name}:${source.output}`;
    const known = this.casts.get(key);
    if (known) return known;
    const { shape, dtype } = typeOf(source);
    const node = this.push({
      name: `${source.node.name}/cast_${source.output}`,
      op: 'Cast',
      inputs: [source],
      controls: [],
      attributes: {
        SrcT: typeAttribute(dtype),
        DstT: typeAttribute(to),
        Truncate: { kind: 'bool', value: false },
      },
      outputs: [{ shape, dtype: to }],
      device: source.node.device,
    });
    const result = { node, output: 0 };
    this.casts.set(key, result);
    return result;
  }

  private push(node: GraphNode): GraphNode {
    this.result.push(node);
    return node;
  }
}

/** Gradients of filters have the rank of activations; where several meet, their sum is one of variables. */
const isActivation = (edge: Edge): boolean =>
  typeOf(edge).shape.length >= activationRank && edge.node.op !== 'Conv3DBackpropFilterV2';
