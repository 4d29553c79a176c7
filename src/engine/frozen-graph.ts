import type * as tf from '@tensorflow/tfjs-core';
import { tensorflowBackend } from './backend.ts';
import { currentEngine } from './engine.ts';
import type { GraphNode } from './graph-node.ts';
import { typeAttribute, typeOf } from './graph-node.ts';
import { Recorder } from './recorder.ts';
import { withBinding } from './recording.ts';
import type { FeedSpec, Tensors } from './session.ts';
import { DataType } from './tensor-types.ts';
import { addPlaceholder } from './variables.ts';

/** A graph that needs nothing but its feeds: all that was learned lies in it as constants. */
export interface FrozenGraph {
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  /** Placeholders by the name of the feed, which is the node's name too. */
  readonly feeds: Readonly<Record<string, GraphNode>>;
  /** Nodes whose first output is the result of this name, which is the node's name too. */
  readonly outputs: Readonly<Record<string, GraphNode>>;
}

/** A float32 array with its shape. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes down what a function of TF.js ops does, for a graph that leaves the program: float32, and with the constants in
 * it under their names.
 */
export function recordFrozen(
  feeds: Readonly<Record<string, FeedSpec>>,
  constants: ReadonlyMap<string, Constant>,
  fn: (feeds: Tensors, constants: ReadonlyMap<string, tf.Tensor>) => Tensors,
): FrozenGraph {
  const backend = tensorflowBackend();
  const recorder = new Recorder(currentEngine().api, backend.binding, '');
  try {
    const placeholders = Object.fromEntries(
      Object.entries(feeds).map(([name, { shape, dtype }]) => [
        name,
        addPlaceholder(recorder, DataType[dtype], shape, name),
      ]),
    );
    const kept = new Map([...constants].map(([name, value]) => [name, addConstant(recorder, name, value)]));
    return withBinding(backend, recorder, () => {
      const symbol = (node: GraphNode) => backend.createOutputTensor(recorder.symbol({ node, output: 0 }));
      const results = fn(
        Object.fromEntries(Object.entries(placeholders).map(([name, node]) => [name, symbol(node)])),
        new Map([...kept].map(([name, node]) => [name, symbol(node)])),
      );
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => {
          const edge = recorder.edge(backend.getInputTensorIds([tensor])[0]!);
          const T = typeAttribute(typeOf(edge).dtype);
          return [name, recorder.add('Identity', [edge], { T }, { name })];
        }),
      );
      return { nodes: recorder.nodes, feeds: placeholders, outputs };
    });
  } finally {
    recorder.close();
  }
}

function addConstant(recorder: Recorder, name: string, { shape, data }: Constant): GraphNode {
  const bytes = Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return recorder.add(
    'Const',
    [],
    {
      dtype: typeAttribute(DataType.float32),
      value: { kind: 'tensor', value: { dtype: DataType.float32, shape, bytes } },
    },
    { name },
  );
}
