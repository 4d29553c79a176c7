import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js';
import { type Binding, bindingConstants, type OpAttribute, type TensorMetadata } from './binding.ts';

/** The name under which the backend is registered with TF.js. */
export const backendName = 'tensorflow';

/** TF.js's Node backend, with the members the engine uses; TF.js declares some of them private. */
export interface TensorFlowBackend {
  binding: Binding;
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** The binding in the form TF.js's kernels expect it: with the numbers they read off it. */
export function withConstants<T extends Binding>(binding: T): T {
  return Object.assign(binding, bindingConstants);
}

/** Registers the backend with TF.js and makes it the current one. */
export async function registerTensorFlowBackend(binding: Binding): Promise<void> {
  const Backend = NodeJSKernelBackend as unknown as new (
    binding: Binding,
    packageName: string,
  ) => tf.KernelBackend;
  // With this package name the kernels do not refuse what only a GPU's kernels can do.
  tf.registerBackend(backendName, () => new Backend(withConstants(binding), '@tensorflow/tfjs-node-gpu'), 3);
  await tf.setBackend(backendName);
}

/** True where ops run on TensorFlow, false on TF.js's own backends. */
export const onTensorFlow = (): boolean => tf.getBackend() === backendName;

/** The current backend. */
export const tensorflowBackend = (): TensorFlowBackend => tf.backend() as unknown as TensorFlowBackend;
