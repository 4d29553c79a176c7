import * as tf from '@tensorflow/tfjs-core';
import type { Zyx } from '../../volume/volume.ts';
import { convolution } from '../blocks/convolution.ts';
import { normalization } from '../blocks/normalization.ts';
import { type Block, named, recomputedBlock, type SegmentationModel } from '../model.ts';
import { type Initial, parameterLists } from '../parameters.ts';

export interface BasicOptions {
  readonly channels: number;
  readonly classes: number;
  /** Feature channels of the eight layers. */
  readonly features: readonly number[];
  readonly kernelSize: number;
}

const INITIAL: Initial = { kind: 'normal', mean: 0, deviation: 0.01 };

/** The middle of a tensor, `margin` voxels off each end of each axis. */
function centre(input: tf.Tensor5D, margin: number): tf.Tensor5D {
  const [batch, z, y, x, channel] = input.shape;
  const size: [number, number, number, number, number] = [
    batch,
    z - 2 * margin,
    y - 2 * margin,
    x - 2 * margin,
    channel,
  ];
  return tf.slice(input, [0, margin, margin, margin, 0], size);
}

/**
 * InnerEye's default network (`InnerEye/ML/models/architectures/complex.py`), after DeepMedic (Kamnitsas et al. 2017):
 * two plain layers, then three residual blocks of two layers with dilation 2, none of them padded, so that the output
 * is 28 voxels smaller (for kernel 3). Unlike InnerEye's, the residual carries a gradient.
 */
export function basic({ channels, classes, features, kernelSize }: BasicOptions): SegmentationModel {
  const lists = parameterLists();
  const kernel: Zyx = [kernelSize, kernelSize, kernelSize];
  const lost = (kernelSize - 1) / 2;

  const layer = (
    name: string,
    inputs: number,
    outputs: number,
    dilation: number,
    activate: boolean,
  ): Block => {
    const convolve = convolution(lists.parameters, {
      name,
      inputs,
      outputs,
      kernel,
      dilation: [dilation, dilation, dilation],
      padding: 'valid',
      bias: true,
      initial: INITIAL,
    });
    const normalize = normalization(lists, { name: `${name}/norm`, features: outputs, kind: 'batch' });
    return named(name, (input, context) => {
      const x = normalize(convolve(input, context), context);
      return activate ? tf.relu(x) : x;
    });
  };

  const [first, second] = features as [number, number];
  const stem = [layer('stem/0', channels, first, 1, true), layer('stem/1', first, second, 1, true)];
  const blocks = [0, 1, 2].map((index): Block => {
    const inputs = features[1 + 2 * index]!;
    const middle = features[2 + 2 * index]!;
    const outputs = features[3 + 2 * index]!;
    const one = layer(`block/${index}/0`, inputs, middle, 2, true);
    const two = layer(`block/${index}/1`, middle, outputs, 2, false);
    const match =
      inputs === outputs
        ? undefined
        : convolution(lists.parameters, {
            name: `block/${index}/match`,
            inputs,
            outputs,
            kernel: [1, 1, 1],
            bias: true,
            initial: INITIAL,
          });
    return recomputedBlock(`block/${index}`, (input, context) => {
      const cropped = centre(input, 4 * lost);
      const residual = match ? match(cropped, context) : cropped;
      return tf.relu(tf.add(two(one(input, context), context), residual));
    });
  });
  const head = named(
    'head',
    convolution(lists.parameters, {
      name: 'head',
      inputs: features[7]!,
      outputs: classes,
      kernel: [1, 1, 1],
      bias: true,
      initial: INITIAL,
    }),
  );

  const shrinkage = 2 * (2 * lost + 3 * 4 * lost);
  return {
    parameters: lists.parameters.parameters,
    statistics: lists.statistics.parameters,
    shrinkage: [shrinkage, shrinkage, shrinkage],
    multiple: [1, 1, 1],
    forward(input, context) {
      const x = [...stem, ...blocks].reduce((x, block) => block(x, context), input);
      return [head(x, context)];
    },
  };
}
