import * as tf from '@tensorflow/tfjs-core';
import { type TensorFlowBackend, withConstants } from './backend.ts';
import type { GraphNode } from './graph-node.ts';
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
