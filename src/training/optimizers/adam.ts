import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerSettings } from '../../config/schema/configuration.ts';
import type { Optimizer } from './optimizer.ts';

type Settings = Extract<OptimizerSettings, { name: 'adam' | 'adamw' | 'amsgrad' }>;

/**
 * Adam (Kingma & Ba 2015), with decoupled decay AdamW (Loshchilov & Hutter 2019), with the maximum of the squared
 * gradients AMSGrad (Reddi et al. 2018).
 */
export function adam(settings: Settings): Optimizer {
  const { name, betas, epsilon, weight_decay: decay } = settings;
  const [beta1, beta2] = betas;
  const largest = name === 'amsgrad';
  return {
    state: largest ? ['first', 'second', 'largest'] : ['first', 'second'],
    feeds: ({ step, learningRate }) => {
      const correction2 = Math.sqrt(1 - beta2 ** (step + 1));
      return {
        // lr · (m / c1) / (sqrt(v) / sqrt(c2) + ε) = (lr · sqrt(c2) / c1) · m / (sqrt(v) + ε · sqrt(c2))
        size: (learningRate * correction2) / (1 - beta1 ** (step + 1)),
        epsilon: epsilon * correction2,
        keep: 1 - learningRate * decay,
      };
    },
    update: (weights, gradient, state, feeds) => {
      const slope = name === 'adamw' || decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, decay));
      const first = tf.add(tf.mul(state.first!, beta1), tf.mul(slope, 1 - beta1)) as tf.Tensor1D;
      const second = tf.add(tf.mul(state.second!, beta2), tf.mul(tf.square(slope), 1 - beta2)) as tf.Tensor1D;
      const peak = largest ? (tf.maximum(state.largest!, second) as tf.Tensor1D) : second;
      const change = tf.div(tf.mul(first, feeds.size!), tf.add(tf.sqrt(peak), feeds.epsilon!));
      const decayed = name === 'adamw' && decay > 0 ? tf.mul(weights, feeds.keep!) : weights;
      return {
        weights: tf.sub(decayed, change),
        state: largest ? { first, second, largest: peak } : { first, second },
      };
    },
  };
}
