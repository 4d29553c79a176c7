import * as tf from '@tensorflow/tfjs-core';

/** Registers gradients that TF.js lacks, gets wrong or computes slowly. Done once, when the engine opens. */
export function registerGradients(): void {
  tf.registerGradient({
    kernelName: 'Conv3DBackpropInputV2',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, [dy, filter], attributes) => {
      const { strides, pad } = attributes as { strides: [number, number, number]; pad: 'same' | 'valid' };
      const incoming = gradient as tf.Tensor5D;
      return {
        dy: () => tf.conv3d(incoming, filter as tf.Tensor5D, strides, pad),
        filter: () =>
          tf.engine().runKernel('Conv3DBackpropFilterV2', { x: incoming, dy } as never, {
            strides,
            pad,
            filterShape: filter.shape,
          }),
      };
    },
  });
}
