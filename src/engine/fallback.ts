import * as tf from '@tensorflow/tfjs-core';
import type { EngineInfo } from './engine.ts';
import { registerGradients } from './gradients.ts';

/** What a user must be told when the fallback is opened. */
export const fallbackWarning =
  'TensorFlow’s library is not there: training runs on plain JavaScript, about a hundred times slower, in float32 and ' +
  'without recorded graphs. This is good for trying out very small models only. Run `innereye engine install`.';

/**
 * Makes TF.js's own `cpu` backend the current one, for machines where TensorFlow cannot be had. Only eager sessions run
 * on it. It has every op that the networks use except the gradient of mirrored padding; TF.js's `wasm` backend is no
 * alternative, as it has no 3D convolution.
 * @param warn is told what this means for the user
 */
export async function openFallback(warn: (message: string) => void): Promise<EngineInfo> {
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  await import('@tensorflow/tfjs-backend-cpu');
  registerGradients();
  await tf.setBackend('cpu');
  warn(fallbackWarning);
  return {
    backend: 'cpu',
    version: tf.version_core,
    library: undefined,
    devices: [{ name: 'JavaScript', type: 'CPU', memoryBytes: 0 }],
    threads: 1,
  };
}
