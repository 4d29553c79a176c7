import type { FrozenGraph } from '../engine/frozen-graph.ts';
import { writeGraphDef } from '../engine/graph-def.ts';
import type { GraphNode } from '../engine/graph-node.ts';
import { bytesField, integerField, join, messageField } from '../engine/protobuf.ts';

/**
 * The bytes of `saved_model.pb` (tensorflow/core/protobuf/saved_model.proto) for serving a frozen graph. There are no
 * variables, so that the folder holds nothing else.
 */
export function writeSavedModel({ nodes, feeds, outputs }: FrozenGraph, tensorflowVersion: string): Buffer {
  const signature = [
    ...Object.entries(feeds).map(([name, node]) => tensorEntry(1, name, node)),
    ...Object.entries(outputs).map(([name, node]) => tensorEntry(2, name, node)),
    bytesField(3, 'tensorflow/serving/predict'),
  ];
  const information = [bytesField(4, 'serve'), bytesField(5, tensorflowVersion)];
  const metaGraph = join(
    messageField(1, ...information),
    bytesField(2, writeGraphDef(nodes)),
    messageField(5, bytesField(1, 'serving_default'), messageField(2, ...signature)),
  );
  return join(integerField(1, 1), bytesField(2, metaGraph));
}

/** An entry of a map from name to TensorInfo. */
function tensorEntry(field: number, name: string, node: GraphNode): Buffer {
  const { dtype, shape } = node.outputs[0]!;
  const dimensions = shape.map(length => messageField(2, integerField(1, length)));
  const info = [bytesField(1, `${node.name}:0`), integerField(2, dtype), messageField(3, ...dimensions)];
  return messageField(field, bytesField(1, name), messageField(2, ...info));
}
