import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerSettings } from '../../config/schema/configuration.ts';
import type { Optimizer } from './optimizer.ts';

type Settings = Extract<OptimizerSettings, { name: 'sgd' }>;

/** Stochastic gradient descent with momentum, Nesterov's on request (Sutskever et al. 2013, in PyTorch's form). */
export function sgd({ momentum, nesterov, weight_decay: decay }: Settings): Optimizer {
  return {
    state: momentum > 0 ? ['velocity'] : [],
    feeds: ({ learningRate }) => ({ rate: learningRate }),
    update: (weights, gradient, state, feeds) => {
      const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, decay));
      if (momentum === 0) return { weights: tf.sub(weights, tf.mul(slope, feeds.rate!)), state: {} };
      const velocity = tf.add(tf.mul(state.velocity!, momentum), slope) as tf.Tensor1D;
      const direction = nesterov ? tf.add(slope, tf.mul(velocity, momentum)) : velocity;
      return { weights: tf.sub(weights, tf.mul(direction, feeds.rate!)), state: { velocity } };
    },
  };
}
