import * as tf from '@tensorflow/tfjs-core';
import { tensorflowBackend } from './backend.ts';
import { type GraphNode, typeAttribute } from './graph-node.ts';
import type { Recorder } from './recorder.ts';
import { currentRecorder, onDevice } from './recording.ts';
import { DataType } from './tensor-types.ts';

/** The replicas that are being recorded. */
interface Replicas {
  readonly count: number;
  /** For each mean asked for, the node that stands for it in each replica recorded so far. */
  readonly means: GraphNode[][];
  /** Means that the present replica has asked for. */
  asked: number;
}

let replicas: Replicas | undefined;

/** Records the same function for each replica, on its device; within it `meanOfReplicas` joins what they compute. */
export function eachReplica<T>(devices: readonly string[], call: (replica: number) => T): T[] {
  const recorder = currentRecorder();
  if (!recorder) throw new Error('only a recorded function has several replicas');
  const own: Replicas = { count: devices.length, means: [], asked: 0 };
  replicas = own;
  try {
    return devices.map((device, replica) => {
      own.asked = 0;
      return onDevice(device, () => call(replica));
    });
  } finally {
    replicas = undefined;
    recorder.means.push(...own.means);
  }
}

/** How many replicas are being recorded; 1 outside of `eachReplica`. */
export const replicaCount = (): number => replicas?.count ?? 1;

/**
 * The mean of a tensor over all replicas, the same value in each; outside of `eachReplica` the tensor itself. Every
 * replica asks for the same means in the same order. Where the loss is the mean of the replicas' losses, the gradient of
 * such a mean is the mean of the gradients that arrive at it.
 */
export function meanOfReplicas<T extends tf.Tensor>(tensor: T): T {
  const of = replicas;
  if (!of || of.count === 1) return tensor;
  const mean = (own: tf.Tensor) => sumOfReplicas(tf.div(own, of.count), of);
  const joined = tf.customGrad(input => ({ value: mean(input as tf.Tensor), gradFunc: mean }));
  return joined(tensor) as T;
}

/** Until the recording is complete, the node hands its own replica's share through; `joinReplicas` gives it all of them. */
function sumOfReplicas(share: tf.Tensor, { means, asked }: Replicas): tf.Tensor {
  const recorder = currentRecorder()!;
  const backend = tensorflowBackend();
  const edge = recorder.edge(backend.getInputTensorIds([share])[0]!);
  const node = recorder.add('Identity', [edge], { T: typeAttribute(DataType.float32) });
  replicas!.asked++;
  means[asked] ??= [];
  means[asked].push(node);
  return backend.createOutputTensor(recorder.symbol({ node, output: 0 }));
}

/** The recorded nodes with the means over replicas in place, in topological order. */
export function joinReplicas(recorder: Recorder): readonly GraphNode[] {
  if (recorder.means.length === 0) return recorder.nodes;
  for (const members of recorder.means) {
    const [first] = members;
    const sum = onDeviceOf(recorder, first!, () =>
      recorder.add(
        'AddN',
        members.map(({ inputs }) => inputs[0]!),
        { T: typeAttribute(DataType.float32), N: { kind: 'int', value: members.length } },
      ),
    );
    // The only place where a node is changed: its consumers know it already.
    for (const member of members) Object.assign(member, { inputs: [{ node: sum, output: 0 }] });
  }
  return topological(recorder.nodes);
}

function onDeviceOf<T>(recorder: Recorder, { device }: GraphNode, call: () => T): T {
  recorder.device = device;
  try {
    return call();
  } finally {
    recorder.device = undefined;
  }
}

/** Nodes in an order in which each comes after what it needs, and otherwise in the order they have. */
function topological(nodes: readonly GraphNode[]): GraphNode[] {
  const ordered = new Set<GraphNode>();
  const open: GraphNode[] = [];
  for (const wanted of nodes) {
    open.push(wanted);
    while (open.length > 0) {
      const node = open.at(-1)!;
      const missing = [...node.inputs.map(edge => edge.node), ...node.controls].filter(
        needed => !ordered.has(needed),
      );
      if (missing.length > 0 && !ordered.has(node)) open.push(...missing.reverse());
      else {
        ordered.add(node);
        open.pop();
      }
    }
  }
  return [...ordered];
}
