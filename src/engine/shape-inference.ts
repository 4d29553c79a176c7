import { allocateTensor } from './binding.ts';
import { type CApi, checkStatus, type GraphOutput, type Pointer } from './c-api.ts';
import type { Attribute, Edge, GraphNode, OutputType } from './graph-node.ts';
import { DataType, sizeOf } from './tensor-types.ts';

/** Constants above this size never say a shape, so inference gets only their type and shape. */
const largestShapeConstant = 1024;

/** Outputs that only the op's own gradient op reads; TensorFlow does not tell their shape. */
const opaqueOutputs: Readonly<Record<string, readonly number[]>> = { FusedBatchNormV3: [5] };

/**
 * Tells type and shape of an op's outputs without running it: the ops go into a graph of TensorFlow's that is never
 * executed, and TensorFlow's own shape functions answer. Recording a training step so costs neither time nor memory.
 */
export class ShapeInference {
  private readonly graph: Pointer;
  private readonly status: Pointer;
  private readonly operations = new Map<GraphNode, Pointer>();

  constructor(private readonly api: CApi) {
    this.graph = api.TF_NewGraph();
    this.status = api.TF_NewStatus();
  }

  close(): void {
    this.api.TF_DeleteGraph(this.graph);
    this.api.TF_DeleteStatus(this.status);
  }

  /** The node, completed by what its outputs are. */
  complete(node: Omit<GraphNode, 'outputs'>, outputCount: number): GraphNode {
    const { api } = this;
    const large = largeConstant(node);
    const description = api.TF_NewOperation(this.graph, large ? 'Placeholder' : node.op, node.name);
    this.addInputs(description, node);
    for (const [name, attribute] of Object.entries(large ?? node.attributes)) {
      this.setAttribute(description, name, attribute);
    }
    const operation = api.TF_FinishOperation(description, this.status);
    checkStatus(api, this.status);
    const outputs = Array.from({ length: outputCount }, (_, index) =>
      this.describe(node, { oper: operation, index }),
    );
    const complete = { ...node, outputs };
    this.operations.set(complete, operation);
    return complete;
  }

  private addInputs(description: Pointer, node: Omit<GraphNode, 'outputs'>): void {
    const inputs = node.inputs.map(edge => this.output(edge));
    // An op that takes a list (ConcatV2, AddN, Pack, Einsum) has its length in the attribute N; the list comes first.
    const length = node.attributes.N?.kind === 'int' ? node.attributes.N.value : 0;
    if (length > 0) this.api.TF_AddInputList(description, inputs.slice(0, length), length);
    for (const input of inputs.slice(length)) this.api.TF_AddInput(description, input);
  }

  private output({ node, output }: Edge): GraphOutput {
    const oper = this.operations.get(node);
    if (oper === undefined) throw new Error(`${node.name} belongs to another recording`);
    return { oper, index: output };
  }

  private describe(node: Omit<GraphNode, 'outputs'>, output: GraphOutput): OutputType {
    const { api } = this;
    const dtype = api.TF_OperationOutputType(output);
    if (dtype === DataType.resource || opaqueOutputs[node.op]?.includes(output.index))
      return { dtype, shape: [] };
    const rank = api.TF_GraphGetTensorNumDims(this.graph, output, this.status);
    checkStatus(api, this.status);
    const lengths = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) api.TF_GraphGetTensorShape(this.graph, output, lengths, rank, this.status);
    checkStatus(api, this.status);
    const shape = Array.from(lengths, Number);
    if (rank < 0 || shape.some(length => length < 0)) {
      throw new Error(
        `the shape of the result of ${node.op} depends on values, which a recorded function does not have`,
      );
    }
    return { dtype, shape };
  }

  private setAttribute(description: Pointer, name: string, attribute: Attribute): void {
    const { api } = this;
    const { value } = attribute;
    switch (attribute.kind) {
      case 'type':
        return void api.TF_SetAttrType(description, name, attribute.value);
      case 'types':
        return void api.TF_SetAttrTypeList(description, name, [...attribute.value], attribute.value.length);
      case 'int':
        return void api.TF_SetAttrInt(description, name, attribute.value);
      case 'ints':
        return void api.TF_SetAttrIntList(description, name, [...attribute.value], attribute.value.length);
      case 'float':
        return void api.TF_SetAttrFloat(description, name, attribute.value);
      case 'floats':
        return void api.TF_SetAttrFloatList(description, name, [...attribute.value], attribute.value.length);
      case 'bool':
        return void api.TF_SetAttrBool(description, name, value ? 1 : 0);
      case 'string':
        return void api.TF_SetAttrString(
          description,
          name,
          attribute.value,
          Buffer.byteLength(attribute.value),
        );
      case 'shape':
        return void api.TF_SetAttrShape(description, name, [...attribute.value], attribute.value.length);
      case 'tensor': {
        const { dtype, shape, bytes } = attribute.value;
        const tensor = allocateTensor(api, dtype, shape, bytes);
        api.TF_SetAttrTensor(description, name, tensor, this.status);
        checkStatus(api, this.status);
        api.TF_DeleteTensor(tensor);
      }
    }
  }
}

/** The attributes of the placeholder that stands for a large constant; undefined for every other node. */
function largeConstant(node: Omit<GraphNode, 'outputs'>): Record<string, Attribute> | undefined {
  const value = node.attributes.value;
  if (node.op !== 'Const' || value?.kind !== 'tensor') return undefined;
  const { dtype, shape } = value.value;
  if (sizeOf(shape) <= largestShapeConstant) return undefined;
  return { dtype: { kind: 'type', value: dtype }, shape: { kind: 'shape', value: shape } };
}
