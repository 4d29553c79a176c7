import * as tf from '@tensorflow/tfjs-core';
import { type Block, named } from '../model.ts';
import type { Initial, ParameterLists } from '../parameters.ts';
import { type ConvolutionOptions, convolution } from './convolution.ts';
import { type NormalizationKind, normalization } from './normalization.ts';

export interface ConvolutionLayerOptions extends ConvolutionOptions {
  readonly normalization: NormalizationKind;
  readonly scaleInitial?: Initial;
  /** False: no ReLU at the end. */
  readonly activate?: boolean;
}

/** Convolution, normalisation, ReLU. */
export function convolutionLayer(lists: ParameterLists, options: ConvolutionLayerOptions): Block {
  const { name, outputs, normalization: kind, scaleInitial, activate = true } = options;
  const convolve = convolution(lists.parameters, { padding: 'centred', ...options });
  const normalize = normalization(lists, {
    name: `${name}/norm`,
    features: outputs,
    kind,
    ...(scaleInitial && { scaleInitial }),
  });
  return named(name, (input: tf.Tensor5D, context) => {
    const x = normalize(convolve(input, context), context);
    return activate ? tf.relu(x) : x;
  });
}
