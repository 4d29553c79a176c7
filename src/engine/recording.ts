import * as tf from '@tensorflow/tfjs-core';
import { type TensorFlowBackend, tensorflowBackend, withConstants } from './backend.ts';
import { type GraphNode, typeAttribute, typeOf } from './graph-node.ts';
import type { Recorder } from './recorder.ts';

let underway: Recorder | undefined;

/** The recording under way; none where functions run op by op. */
export const currentRecorder = (): Recorder | undefined => underway;

/** Nodes of the recording under way so far, for who wants to know what belongs to what; none outside of a recording. */
export const recordedNodes = (): readonly GraphNode[] => underway?.nodes ?? [];

/** Lets TF.js's kernels talk to the recorder for the length of a call, and frees every tensor made in it. */
export function withBinding<T>(backend: TensorFlowBackend, recorder: Recorder, call: () => T): T {
  const eager = backend.binding;
  tf.engine().startScope('recording');
  backend.binding = withConstants(recorder);
  underway = recorder;
  try {
    return call();
  } finally {
    underway = undefined;
    // The eager binding frees constants made meanwhile; symbols have nothing to free.
    tf.engine().endScope();
    backend.binding = eager;
  }
}

/** Places what `call` records on a device; where functions run op by op there is one device only. */
export function onDevice<T>(device: string | undefined, call: () => T): T {
  const recorder = underway;
  if (!recorder) return call();
  const before = recorder.device;
  recorder.device = device;
  try {
    return call();
  } finally {
    recorder.device = before;
  }
}

/** The same tensor, whose consumers are computed only when another is there; op by op everything is in order anyway. */
export function startingAfter<T extends tf.Tensor>(tensor: T, earlier: tf.Tensor): T {
  const recorder = underway;
  if (!recorder) return tf.clone(tensor);
  const backend = tensorflowBackend();
  const edgeOf = (one: tf.Tensor) => recorder.edge(backend.getInputTensorIds([one])[0]!);
  const edge = edgeOf(tensor);
  const controls = [edgeOf(earlier).node];
  const node = recorder.add('Identity', [edge], { T: typeAttribute(typeOf(edge).dtype) }, { controls });
  return backend.createOutputTensor(recorder.symbol({ node, output: 0 })) as T;
}
