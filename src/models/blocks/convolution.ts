import * as tf from '@tensorflow/tfjs-core';
import { dilatedConv3d } from '../../engine/dilated-convolution.ts';
import type { Zyx } from '../../volume/volume.ts';
import type { Block } from '../model.ts';
import { heNormal, type Initial, type ParameterList } from '../parameters.ts';

export interface ConvolutionOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Zyx;
  readonly stride?: Zyx;
  readonly dilation?: Zyx;
  readonly bias?: boolean;
  /**
   * `same` is TensorFlow's: output = ceil(input / stride). `centred` pads (kernel − 1) / 2 · dilation zeros on both
   * sides, PyTorch's habit, which differs from `same` for strides; `valid` does not pad.
   */
  readonly padding?: 'same' | 'centred' | 'valid';
  readonly initial?: Initial;
  readonly biasInitial?: Initial;
}

/** A 3D convolution. */
export function convolution(list: ParameterList, options: ConvolutionOptions): Block {
  const {
    name,
    inputs,
    outputs,
    kernel,
    stride = [1, 1, 1],
    dilation = [1, 1, 1],
    padding = 'same',
  } = options;
  const shape = [...kernel, inputs, outputs];
  const weights = list.add(`${name}/kernel`, shape, options.initial ?? heNormal(shape));
  const bias = options.bias
    ? list.add(`${name}/bias`, [outputs], options.biasInitial ?? { kind: 'constant', value: 0 })
    : undefined;
  const strided = stride.some(step => step > 1);
  const dilated = dilation.some(step => step > 1);
  // Without a stride both paddings mean the same, and TensorFlow's needs no copy.
  const border =
    padding === 'centred' && strided ? kernel.map((k, axis) => ((k - 1) / 2) * dilation[axis]!) : undefined;
  const mode = padding === 'valid' || border ? 'valid' : 'same';
  return (input, context) => {
    const filter = context.weights[weights.index] as tf.Tensor5D;
    const padded = border
      ? tf.pad(input, [[0, 0], ...border.map(b => [b, b] as [number, number]), [0, 0]])
      : input;
    const output = dilated
      ? dilatedConv3d(padded, filter, [...dilation], mode)
      : tf.conv3d(padded, filter, [...stride], mode);
    return bias ? tf.add(output, context.weights[bias.index]!) : output;
  };
}

export interface UpsamplingOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Zyx;
  readonly stride: Zyx;
  readonly bias?: boolean;
  readonly initial?: Initial;
  readonly biasInitial?: Initial;
}

/** A transposed 3D convolution that multiplies the size by its stride. */
export function upsampling(list: ParameterList, options: UpsamplingOptions): Block {
  const { name, inputs, outputs, kernel, stride } = options;
  // TensorFlow keeps the kernel of a transposed convolution as that of the convolution it reverses: [z, y, x, out, in].
  const shape = [...kernel, outputs, inputs];
  const fanIn = Math.max(
    1,
    (kernel[0] * kernel[1] * kernel[2] * inputs) / (stride[0] * stride[1] * stride[2]),
  );
  const weights = list.add(
    `${name}/kernel`,
    shape,
    options.initial ?? { kind: 'normal', mean: 0, deviation: Math.sqrt(2 / fanIn) },
  );
  const bias = options.bias
    ? list.add(`${name}/bias`, [outputs], options.biasInitial ?? { kind: 'constant', value: 0 })
    : undefined;
  return (input, context) => {
    const [batch, z, y, x] = input.shape;
    const output = tf.conv3dTranspose(
      input,
      context.weights[weights.index] as tf.Tensor5D,
      [batch, z * stride[0], y * stride[1], x * stride[2], outputs],
      [...stride],
      'same',
    );
    return bias ? tf.add(output, context.weights[bias.index]!) : output;
  };
}
