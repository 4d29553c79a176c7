import type { Attribute, Edge, GraphNode } from './graph-node.ts';
import { boolField, bytesField, floatField, integerField, join, messageField, varint } from './protobuf.ts';

/** The version of GraphDef that TensorFlow 2.21 writes (TF_GRAPH_DEF_VERSION). */
const producerVersion = 1395;

/** The bytes of a GraphDef (tensorflow/core/framework/graph.proto) with these nodes. */
export function writeGraphDef(nodes: readonly GraphNode[]): Buffer {
  return join(
    ...nodes.map(node => messageField(1, ...nodeFields(node))),
    messageField(4, integerField(1, producerVersion)),
  );
}

function nodeFields(node: GraphNode): Buffer[] {
  return [
    bytesField(1, node.name),
    bytesField(2, node.op),
    ...node.inputs.map(edge => bytesField(3, inputName(edge))),
    ...node.controls.map(control => bytesField(3, `^${control.name}`)),
    ...(node.device ? [bytesField(4, node.device)] : []),
    ...Object.entries(node.attributes).map(([name, value]) =>
      messageField(5, bytesField(1, name), bytesField(2, attributeValue(value))),
    ),
  ];
}

const inputName = ({ node, output }: Edge): string => (output === 0 ? node.name : `${node.name}:${output}`);

/** An AttrValue (attr_value.proto). */
function attributeValue(attribute: Attribute): Buffer {
  switch (attribute.kind) {
    case 'string':
      return bytesField(2, attribute.value);
    case 'int':
      return integerField(3, attribute.value);
    case 'float':
      return floatField(4, attribute.value);
    case 'bool':
      return boolField(5, attribute.value);
    case 'type':
      return integerField(6, attribute.value);
    case 'shape':
      return bytesField(7, shapeProto(attribute.value));
    case 'tensor':
      return messageField(
        8,
        integerField(1, attribute.value.dtype),
        bytesField(2, shapeProto(attribute.value.shape)),
        bytesField(4, attribute.value.bytes),
      );
    case 'ints':
      return messageField(1, bytesField(3, join(...attribute.value.map(varint))));
    case 'types':
      return messageField(1, bytesField(6, join(...attribute.value.map(varint))));
    case 'floats':
      return messageField(1, ...attribute.value.map(value => floatField(4, value)));
  }
}

/** A TensorShapeProto (tensor_shape.proto). */
const shapeProto = (shape: readonly number[]): Buffer =>
  join(...shape.map(length => messageField(2, integerField(1, length))));
