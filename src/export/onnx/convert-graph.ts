import type { FrozenGraph } from '../../engine/frozen-graph.ts';
import { type Edge, type GraphNode, typeOf } from '../../engine/graph-node.ts';
import { DataType, sizeOf } from '../../engine/tensor-types.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { OnnxModel } from './model-proto.ts';
import { constantIntegers, operators } from './operators.ts';

/** Axes of tiles and posteriors; the last is fixed. */
const AXES = ['batch', 'z', 'y', 'x'];

/**
 * A recorded graph for a batch of one as an ONNX graph for any batch and any size.
 * @param sized the graph tells of images of the recorded size: the batch alone may be another
 * @throws Error for an op that has no translation: the networks here have none.
 */
export function convertGraph(
  { nodes, feeds, outputs }: FrozenGraph,
  about: Pick<OnnxModel, 'name' | 'producerVersion' | 'metadata'>,
  { sized = false } = {},
): OnnxModel {
  const graph = new GraphBuilder();
  const values = new Map<GraphNode, string>();
  /** Values that depend on a feed: what else there is, is computed from constants and has fixed shapes. */
  const fed = new Set<GraphNode>();
  /** Flattened for FusedBatchNormV3; their ONNX value keeps the shape that is given here. */
  const flattened = new Map<GraphNode, readonly number[]>();
  const valueFor = ({ node, output }: Edge): string => {
    const value = values.get(node) ?? constantValue(graph, node);
    if (value === undefined || output !== 0) throw new Error(`${node.op} gives no value ${output} to ONNX`);
    return value;
  };
  for (const node of nodes) {
    if (node.op === 'Placeholder') {
      fed.add(node);
      values.set(node, node.name);
      continue;
    }
    // A constant is added when it is read as a value; others say axes and sizes and become part of the nodes.
    if (node.op === 'Const') continue;
    const isFed = node.inputs.some(edge => fed.has(edge.node));
    if (isFed) fed.add(node);
    if (isFed && node.op === 'Reshape') {
      const [edge] = node.inputs as [Edge];
      const [from, to] = [flattened.get(edge.node) ?? typeOf(edge).shape, node.outputs[0]!.shape];
      values.set(node, valueFor(edge));
      if (isFlattening(from, to)) flattened.set(node, from);
      else if (sized && from.join() !== to.join())
        // The batch, or what it was made one axis with, is the first.
        values.set(node, graph.node('Reshape', [valueFor(edge), graph.integers([-1, ...to.slice(1)])]));
      else if (from.join() !== to.join())
        throw new Error(`a reshape from ${from} to ${to} has no translation`);
      continue;
    }
    const operator = operators[node.op];
    if (!operator) throw new Error(`${node.op} has no translation to ONNX`);
    values.set(
      node,
      operator({
        node,
        graph,
        input: index => valueFor(node.inputs[index]!),
        shape: index => typeOf(node.inputs[index]!).shape,
        integers: index => constantIntegers(node.inputs[index]!.node),
      }),
    );
    const whole = node.inputs.map(edge => flattened.get(edge.node)).find(shape => shape !== undefined);
    if (whole === undefined) continue;
    if (node.op !== 'FusedBatchNormV3')
      throw new Error(`${node.op} of a flattened volume has no translation`);
    flattened.set(node, whole);
  }
  for (const [name, node] of Object.entries(outputs)) {
    graph.node('Identity', [values.get(node)!], {}, name);
  }
  const [input] = Object.values(feeds);
  const named = (name: string, node: GraphNode) => ({
    name,
    shape: sized ? ['batch', ...lengthsOf(node).slice(1)] : axesOf(input!, node),
  });
  return {
    ...about,
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: Object.entries(feeds).map(([name, node]) => named(name, node)),
    outputs: Object.entries(outputs).map(([name, node]) => named(name, node)),
  };
}

/** The name of a float32 constant that has become part of the graph; undefined for every other node. */
function constantValue(
  graph: GraphBuilder,
  { op, name, attributes: { value } }: GraphNode,
): string | undefined {
  if (op !== 'Const' || value?.kind !== 'tensor' || value.value.dtype !== DataType.float32) return undefined;
  return graph.floats(name, value.value.shape, value.value.bytes);
}

/** `[batch, z, y, x, channel]` with z and y made one axis. */
const isFlattening = (from: readonly number[], to: readonly number[]): boolean =>
  from.length === 5 &&
  to.length === 4 &&
  sizeOf(from) === sizeOf(to) &&
  from[3] === to[2] &&
  from[4] === to[3];

const lengthsOf = (node: GraphNode): readonly number[] => node.outputs[0]!.shape;

/** Axes of tiles or posteriors, the last as it is; those that the network shrinks have a name of their own. */
const axesOf = (input: GraphNode, node: GraphNode): (string | number)[] => [
  ...AXES.map((axis, index) => (lengthsOf(node)[index] === lengthsOf(input)[index] ? axis : `${axis}_out`)),
  lengthsOf(node).at(-1)!,
];
