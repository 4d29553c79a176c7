import { bytesField, floatField, integerField, join, messageField, varint } from '../../engine/protobuf.ts';

/** The version of ONNX's operators that models are written in. */
export const OPSET = 17;
/** The version of the file format that goes with it. */
const IR_VERSION = 8;

/** ONNX's numbers for element types (TensorProto.DataType). */
export const ElementType = { float: 1, int64: 7 } as const;

/** A constant, under a name. */
export interface Initializer {
  readonly name: string;
  readonly type: (typeof ElementType)[keyof typeof ElementType];
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export type AttributeValue =
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A float32 input or output; a length that is a name may differ from call to call. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly name: string;
  readonly producerVersion: string;
  /** Texts for whoever opens the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a ModelProto (onnx/onnx.proto). */
export function writeModelProto(model: OnnxModel): Buffer {
  const graph = [
    ...model.nodes.map(node => messageField(1, ...nodeFields(node))),
    bytesField(2, model.name),
    ...model.initializers.map(initializer => messageField(5, ...tensorFields(initializer))),
    ...model.inputs.map(input => messageField(11, ...valueFields(input))),
    ...model.outputs.map(output => messageField(12, ...valueFields(output))),
  ];
  return join(
    integerField(1, IR_VERSION),
    bytesField(2, 'innereye'),
    bytesField(3, model.producerVersion),
    messageField(7, ...graph),
    messageField(8, bytesField(1, ''), integerField(2, OPSET)),
    ...Object.entries(model.metadata).map(([key, value]) =>
      messageField(14, bytesField(1, key), bytesField(2, value)),
    ),
  );
}

const nodeFields = ({ op, inputs, output, attributes }: OnnxNode): Buffer[] => [
  ...inputs.map(input => bytesField(1, input)),
  bytesField(2, output),
  bytesField(3, output),
  bytesField(4, op),
  ...Object.entries(attributes).map(([name, value]) =>
    messageField(5, bytesField(1, name), ...attributeFields(value)),
  ),
];

function attributeFields(attribute: AttributeValue): Buffer[] {
  switch (attribute.kind) {
    case 'float':
      return [floatField(2, attribute.value), integerField(20, 1)];
    case 'int':
      return [integerField(3, attribute.value), integerField(20, 2)];
    case 'ints':
      return [...attribute.value.map(value => integerField(8, value)), integerField(20, 7)];
  }
}

const tensorFields = ({ name, type, shape, bytes }: Initializer): Buffer[] => [
  bytesField(1, join(...shape.map(varint))),
  integerField(2, type),
  bytesField(8, name),
  bytesField(9, bytes),
];

function valueFields({ name, shape }: ValueInfo): Buffer[] {
  const dimensions = shape.map(length =>
    messageField(1, typeof length === 'number' ? integerField(1, length) : bytesField(2, length)),
  );
  const tensor = messageField(1, integerField(1, ElementType.float), messageField(2, ...dimensions));
  return [bytesField(1, name), messageField(2, tensor)];
}
