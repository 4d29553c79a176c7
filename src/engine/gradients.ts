import * as tf from '@tensorflow/tfjs-core';
import { onTensorFlow, tensorflowBackend } from './backend.ts';
import { attribute, typeAttributes } from './op-attributes.ts';

/** Registers gradients that TF.js lacks, gets wrong or computes slowly. Done once, when the engine opens. */
export function registerGradients(): void {
  registerConvolutions();
  registerReductions();
  registerTile();
  registerActivations();
  registerMirrorPad();
}

type Attributes = Record<string, unknown>;

/** The gradient of a transposed convolution, which TF.js lacks: the convolution that it transposes. */
function registerConvolutions(): void {
  tf.registerGradient({
    kernelName: 'Conv3DBackpropInputV2',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, [dy, filter], attrs) => {
      const { strides, pad } = attrs as Attributes & {
        strides: [number, number, number];
        pad: 'same' | 'valid';
      };
      const incoming = gradient as tf.Tensor5D;
      return {
        dy: () => tf.conv3d(incoming, filter as tf.Tensor5D, strides, pad),
        filter: () =>
          tf.engine().runKernel('Conv3DBackpropFilterV2', { x: incoming, dy: dy! } as never, {
            strides,
            pad,
            filterShape: filter!.shape,
          }),
      };
    },
  });
}

/** TF.js multiplies the gradients of sums and means by a tensor of ones; TensorFlow can broadcast instead. */
function registerReductions(): void {
  for (const kernelName of ['Sum', 'Mean']) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (gradient, [x], attrs) => ({
        x: () => {
          const { shape } = x!;
          const axes = tf.util.parseAxisParam(attrs.axis as number[], shape);
          const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
          const share = kernelName === 'Sum' ? 1 : axes.reduce((factor, axis) => factor / shape[axis]!, 1);
          const reshaped = tf.reshape(gradient as tf.Tensor, kept);
          return broadcast(share === 1 ? reshaped : tf.mul(reshaped, share), shape);
        },
      }),
    });
  }
}

function broadcast(x: tf.Tensor, shape: number[]): tf.Tensor {
  if (!onTensorFlow()) return tf.broadcastTo(x, shape);
  const target = tf.tensor1d(shape, 'int32');
  return tensorflowBackend().executeSingleOutput(
    'BroadcastTo',
    typeAttributes({ T: x.dtype, Tidx: 'int32' }),
    [x, target],
  );
}

/** TF.js sums the repetitions of a tile by slicing each out, and only up to four axes. */
function registerTile(): void {
  tf.registerGradient({
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (gradient, [x], attrs) => ({
      x: () => {
        let sum = gradient as tf.Tensor;
        for (const [axis, repetitions] of (attrs.reps as number[]).entries()) {
          if (repetitions === 1) continue;
          const { shape } = sum;
          const before = shape.slice(0, axis);
          const after = [x!.shape[axis]!, ...shape.slice(axis + 1)];
          const product = (lengths: number[]) => lengths.reduce((size, length) => size * length, 1);
          const repeated = tf.reshape(sum, [product(before), repetitions, product(after)]);
          sum = tf.reshape(tf.sum(repeated, 1), [...before, ...after]);
        }
        return sum;
      },
    }),
  });
}

/**
 * TensorFlow's own gradient ops, where TF.js masks and multiplies in several passes over the activation. They ask only
 * where the activation is positive, which its output tells as well as its input: the input need not be kept, so that
 * TensorFlow writes the output over it.
 */
function registerActivations(): void {
  const native = (op: string, gradient: tf.Tensor, y: tf.Tensor, ...more: ReturnType<typeof attribute>[]) =>
    tensorflowBackend().executeSingleOutput(op, [...typeAttributes({ T: y.dtype }), ...more], [gradient, y]);
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (gradient, [y]) => ({
      x: () =>
        onTensorFlow()
          ? native('ReluGrad', gradient as tf.Tensor, y!)
          : tf.mul(gradient as tf.Tensor, tf.step(y!)),
    }),
  });
  tf.registerGradient({
    kernelName: 'LeakyRelu',
    outputsToSave: [true],
    gradFunc: (gradient, [y], attrs) => {
      const alpha = attrs.alpha as number;
      if (alpha < 0)
        throw new Error('the output of leakyRelu with a negative slope does not tell its gradient');
      return {
        x: () =>
          onTensorFlow()
            ? native('LeakyReluGrad', gradient as tf.Tensor, y!, attribute('alpha', 'float', alpha))
            : tf.mul(gradient as tf.Tensor, tf.where(tf.greater(y!, 0), 1, alpha)),
      };
    },
  });
}

/** TF.js cuts the border of the gradient off; what was mirrored into the border counts as well. */
function registerMirrorPad(): void {
  tf.registerGradient({
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    gradFunc: (gradient, [x], attrs) => ({
      x: () => {
        const { paddings, mode } = attrs as unknown as {
          paddings: number[][];
          mode: 'reflect' | 'symmetric';
        };
        if (!onTensorFlow()) throw new Error('the gradient of mirrorPad needs TensorFlow');
        const flat = tf.tensor2d(paddings as [number, number][], [paddings.length, 2], 'int32');
        return tensorflowBackend().executeSingleOutput(
          'MirrorPadGrad',
          [
            ...typeAttributes({ T: x!.dtype, Tpaddings: 'int32' }),
            attribute('mode', 'string', mode === 'reflect' ? 'REFLECT' : 'SYMMETRIC'),
          ],
          [gradient as tf.Tensor, flat],
        );
      },
    }),
  });
}
