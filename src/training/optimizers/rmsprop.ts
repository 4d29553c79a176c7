import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerSettings } from '../../config/schema/configuration.ts';
import type { Optimizer } from './optimizer.ts';

type Settings = Extract<OptimizerSettings, { name: 'rmsprop' }>;

/** RMSprop (Tieleman & Hinton 2012, in PyTorch's form). */
export function rmsprop({ decay: alpha, momentum, epsilon, weight_decay: decay }: Settings): Optimizer {
  return {
    state: momentum > 0 ? ['square', 'velocity'] : ['square'],
    feeds: ({ learningRate }) => ({ rate: learningRate }),
    update: (weights, gradient, state, feeds) => {
      const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, decay));
      const square = tf.add(tf.mul(state.square!, alpha), tf.mul(tf.square(slope), 1 - alpha)) as tf.Tensor1D;
      const change = tf.div(slope, tf.add(tf.sqrt(square), epsilon));
      if (momentum === 0) return { weights: tf.sub(weights, tf.mul(change, feeds.rate!)), state: { square } };
      const velocity = tf.add(tf.mul(state.velocity!, momentum), change) as tf.Tensor1D;
      return { weights: tf.sub(weights, tf.mul(velocity, feeds.rate!)), state: { square, velocity } };
    },
  };
}
