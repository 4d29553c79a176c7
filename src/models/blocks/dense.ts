import * as tf from '@tensorflow/tfjs-core';
import { dropped, type Layer, named } from '../model.ts';
import { fanInUniform, type ParameterList } from '../parameters.ts';

const EPSILON = 1e-5;

/** A linear map of vectors. */
export function linear(list: ParameterList, name: string, inputs: number, outputs: number): Layer {
  const weights = list.add(`${name}/kernel`, [inputs, outputs], fanInUniform(inputs));
  const bias = list.add(`${name}/bias`, [outputs], fanInUniform(inputs));
  return (input, context) =>
    tf.add(tf.matMul(input, context.weights[weights.index]! as tf.Tensor2D), context.weights[bias.index]!);
}

/** Layer normalisation (Ba et al. 2016): each vector by its own mean and (biased) variance, then a learned scale and shift. */
export function layerNorm(list: ParameterList, name: string, units: number): Layer {
  const scale = list.add(`${name}/scale`, [units], { kind: 'constant', value: 1 });
  const shift = list.add(`${name}/shift`, [units], { kind: 'constant', value: 0 });
  return (input, { weights }) => {
    const centred = tf.sub(input, tf.mean(input, 1, true));
    const variance = tf.mean(tf.square(centred), 1, true);
    const normalized = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(normalized, weights[scale.index]!), weights[shift.index]!);
  };
}

export interface HiddenOptions {
  /** Units of the layers. */
  readonly hidden: readonly number[];
  readonly activation: 'tanh' | 'relu';
  readonly layerNorm: boolean;
  readonly dropout: number;
}

/** Hidden layers of a multilayer perceptron, InnerEye's: linear, layer normalisation, activation, dropout. */
export function hiddenLayers(
  list: ParameterList,
  name: string,
  inputs: number,
  options: HiddenOptions,
): Layer {
  const activate = options.activation === 'tanh' ? tf.tanh : tf.relu;
  const layers = options.hidden.map((units, index): Layer => {
    const part = `${name}/${index}`;
    const map = linear(list, part, index === 0 ? inputs : options.hidden[index - 1]!, units);
    const normalize: Layer = options.layerNorm ? layerNorm(list, `${part}/norm`, units) : input => input;
    return named(part, (input: tf.Tensor2D, context) => {
      const x = activate(normalize(map(input, context), context));
      return dropped(context, part, x, options.dropout);
    });
  });
  return (input, context) => layers.reduce((x, layer) => layer(x, context), input);
}
