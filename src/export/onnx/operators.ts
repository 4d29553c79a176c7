import { type GraphNode, typeOf } from '../../engine/graph-node.ts';
import { float, type GraphBuilder, int, ints } from './graph-builder.ts';
import { ElementType } from './model-proto.ts';

/** A node of the recorded graph while it is translated. */
export interface Translation {
  readonly node: GraphNode;
  readonly graph: GraphBuilder;
  /** Name of an input's value in the ONNX graph. */
  input(index: number): string;
  /** Shape of an input as it was recorded. */
  shape(index: number): readonly number[];
  /** The values of an input that is a constant. */
  integers(index: number): number[];
}

/** Adds the ONNX nodes that compute the first output of a recorded node, and gives the name of its value. */
export type Operator = (translation: Translation) => string;

const same =
  (op: string): Operator =>
  ({ node, graph, input }) =>
    graph.node(
      op,
      node.inputs.map((_, index) => input(index)),
    );

/** TensorFlow's `[batch, z, y, x, channel]` and ONNX's `[batch, channel, z, y, x]`. */
const CHANNELS_FIRST = [0, 4, 1, 2, 3];
const CHANNELS_LAST = [0, 2, 3, 4, 1];
/** Beyond the end of any axis. */
const END = 2 ** 31 - 1;

/**
 * TensorFlow's ops that the networks predict with. No number in their translation depends on the lengths of the batch and
 * the spatial axes, as long as these are multiples of the network's strides, so that they may be other than recorded.
 */
export const operators: Readonly<Record<string, Operator>> = {
  Add: same('Add'),
  AddV2: same('Add'),
  Sub: same('Sub'),
  Mul: same('Mul'),
  RealDiv: same('Div'),
  Relu: same('Relu'),
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Round: same('Round'),
  Square: ({ graph, input }) => graph.node('Mul', [input(0), input(0)]),
  // Of matrices: those of a whole batch are one.
  BatchMatMulV2: same('MatMul'),
  Mean: translation => reduced(translation, 'ReduceMean'),
  Max: translation => reduced(translation, 'ReduceMax'),
  Sum: translation => {
    const { node, graph, input, integers } = translation;
    const attributes = { keepdims: int(keepsAxes(node) ? 1 : 0) };
    return graph.node('ReduceSum', [input(0), graph.integers(integers(1))], attributes);
  },
  Transpose: ({ graph, input, integers }) => graph.transpose(input(0), integers(1)),
  OneHot: ({ node, graph, input, integers }) => {
    const classes = graph.node('Cast', [input(0)], { to: int(ElementType.int64) });
    const values = graph.floats('off and on', [2], new Uint8Array(Float32Array.of(0, 1).buffer));
    return graph.node('OneHot', [classes, graph.integers(integers(1)), values], {
      axis: int(number(node, 'axis')),
    });
  },
  Identity: same('Identity'),
  Rsqrt: ({ graph, input }) => graph.node('Reciprocal', [graph.node('Sqrt', [input(0)])]),
  LeakyRelu: ({ node, graph, input }) =>
    graph.node('LeakyRelu', [input(0)], { alpha: float(number(node, 'alpha')) }),
  Softmax: ({ graph, input }) => graph.node('Softmax', [input(0)], { axis: int(-1) }),
  // Recorded casts keep float32: kernels of TF.js add them after pooling.
  Cast: ({ input }) => input(0),
  ConcatV2: ({ node, graph, input, integers }) => {
    const last = node.inputs.length - 1;
    const values = node.inputs.slice(0, last).map((_, index) => input(index));
    return graph.node('Concat', values, { axis: int(integers(last)[0]!) });
  },
  PadV2: ({ graph, input, integers }) => {
    const pairs = integers(1);
    const pads = [...pairs.filter((_, i) => i % 2 === 0), ...pairs.filter((_, i) => i % 2 === 1)];
    return graph.node('Pad', [input(0), graph.integers(pads), input(2)]);
  },
  Slice: ({ graph, input, shape, integers }) => {
    const [begins, sizes] = [integers(1), integers(2)];
    const axes = shape(0)
      .map((_, axis) => axis)
      .filter(axis => sizes[axis] !== -1 && sizes[axis] !== shape(0)[axis]);
    if (axes.length === 0) return input(0);
    // Ends count from the back, so that they hold for other lengths.
    const ends = axes.map(axis => begins[axis]! + sizes[axis]! - shape(0)[axis]!).map(end => end || END);
    const starts = axes.map(axis => begins[axis]!);
    return graph.node('Slice', [input(0), ...[starts, ends, axes].map(list => graph.integers(list))]);
  },
  ReverseV2: ({ graph, input, integers }) => {
    const axes = integers(1);
    const lists = [axes.map(() => -1), axes.map(() => -END), axes, axes.map(() => -1)];
    return graph.node('Slice', [input(0), ...lists.map(list => graph.integers(list))]);
  },
  Reshape: ({ graph, input, integers }) => graph.node('Reshape', [input(0), graph.integers(integers(1))]),
  Fill: ({ graph, input, integers }) => graph.node('Expand', [input(1), graph.integers(integers(0))]),
  Conv3D: translation => {
    const { node, graph, input, shape } = translation;
    const kernel = shape(1).slice(0, 3);
    const filter = graph.transpose(input(1), [4, 3, 0, 1, 2]);
    const result = graph.node('Conv', [channelsFirst(translation, 0), filter], {
      strides: ints(strides(node)),
      pads: ints(borders(node, kernel, shape(0))),
    });
    return graph.transpose(result, CHANNELS_LAST);
  },
  Conv3DBackpropInputV2: translation => {
    const { node, graph, input, shape } = translation;
    const kernel = shape(1).slice(0, 3);
    // The filter `[z, y, x, out, in]` of the convolution that it reverses; ONNX wants `[in, out, z, y, x]`.
    const filter = graph.transpose(input(1), [4, 3, 0, 1, 2]);
    const pads = borders(node, kernel, node.outputs[0]!.shape);
    const result = graph.node('ConvTranspose', [channelsFirst(translation, 2), filter], {
      strides: ints(strides(node)),
      pads: ints(pads),
      output_padding: ints(strides(node).map((stride, axis) => Math.max(0, stride - kernel[axis]!))),
    });
    return graph.transpose(result, CHANNELS_LAST);
  },
  AvgPool3D: translation => pooling(translation, 'AveragePool'),
  MaxPool3D: translation => pooling(translation, 'MaxPool'),
  // Recorded for one sample, whose mean over a "batch" it takes; `flattened` values are handed over with all their axes.
  FusedBatchNormV3: translation => {
    const { node, graph, input } = translation;
    const result = graph.node('InstanceNormalization', [channelsFirst(translation, 0), input(1), input(2)], {
      epsilon: float(number(node, 'epsilon')),
    });
    return graph.transpose(result, CHANNELS_LAST);
  },
};

/** The mean, maximum or sum over axes; before opset 18 they are an attribute. */
function reduced({ node, graph, input, integers }: Translation, op: string): string {
  return graph.node(op, [input(0)], { axes: ints(integers(1)), keepdims: int(keepsAxes(node) ? 1 : 0) });
}

function keepsAxes({ attributes: { keep_dims: keeps } }: GraphNode): boolean {
  return keeps?.kind === 'bool' && keeps.value;
}

function pooling(translation: Translation, op: string): string {
  const { node, graph, shape } = translation;
  const kernel = list(node, 'ksize').slice(1, 4);
  const result = graph.node(op, [channelsFirst(translation, 0)], {
    kernel_shape: ints(kernel),
    strides: ints(strides(node)),
    pads: ints(borders(node, kernel, shape(0))),
  });
  return graph.transpose(result, CHANNELS_LAST);
}

const channelsFirst = ({ graph, input }: Translation, index: number): string =>
  graph.transpose(input(index), CHANNELS_FIRST);

const strides = (node: GraphNode): number[] => list(node, 'strides').slice(1, 4);

/**
 * What TensorFlow's padding adds before and after each axis: the same for all lengths that are multiples of the stride.
 * @param large `[batch, z, y, x, channel]` of what the window moves over
 */
function borders(node: GraphNode, kernel: readonly number[], large: readonly number[]): number[] {
  const steps = strides(node);
  const valid = text(node, 'padding') === 'VALID';
  const total = kernel.map((length, axis) => {
    const [step, extent] = [steps[axis]!, large[axis + 1]!];
    return valid ? 0 : Math.max(0, (Math.ceil(extent / step) - 1) * step + length - extent);
  });
  const before = total.map(length => Math.floor(length / 2));
  return [...before, ...total.map((length, axis) => length - before[axis]!)];
}

function number(node: GraphNode, name: string): number {
  const attribute = node.attributes[name];
  if (attribute?.kind === 'float' || attribute?.kind === 'int') return attribute.value;
  throw new Error(`${node.op} has no number ${name}`);
}

function list(node: GraphNode, name: string): readonly number[] {
  const attribute = node.attributes[name];
  if (attribute?.kind === 'ints') return attribute.value;
  throw new Error(`${node.op} has no list ${name}`);
}

function text(node: GraphNode, name: string): string {
  const attribute = node.attributes[name];
  if (attribute?.kind === 'string') return attribute.value;
  throw new Error(`${node.op} has no text ${name}`);
}

/** The int32 values of a constant node. */
export function constantIntegers(node: GraphNode): number[] {
  const value = node.attributes.value;
  if (node.op !== 'Const' || value?.kind !== 'tensor') {
    throw new Error(`${node.op} where a constant is needed: ${JSON.stringify(typeOf({ node, output: 0 }))}`);
  }
  const { bytes } = value.value;
  return [...new Int32Array(Uint8Array.from(bytes).buffer)];
}
