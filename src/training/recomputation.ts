import * as tf from '@tensorflow/tfjs-core';
import { startingAfter } from '../engine/recording.ts';
import type { ForwardContext } from '../models/model.ts';
import type { Parameter } from '../models/parameters.ts';

/**
 * Lets parts of a network be computed a second time when the gradient arrives at them, instead of keeping what lies in
 * them until then: Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016. Values and gradients are the same.
 */
export const recomputation =
  (parameters: readonly Parameter[], context: ForwardContext): NonNullable<ForwardContext['recompute']> =>
  (part, inputs, compute) => {
    const own = parameters.filter(({ name }) => name.startsWith(`${part}/`));
    const run = (tensors: readonly tf.Tensor[], inner: ForwardContext) => {
      // Weights of other parts are missing, so that none can be used without its gradient.
      const weights: tf.Tensor[] = [];
      own.forEach(({ index }, place) => {
        weights[index] = tensors[inputs.length + place]!;
      });
      return compute(tensors.slice(0, inputs.length) as never, { ...inner, weights, recompute: undefined });
    };
    // The second time nobody is shown anything, and running statistics have moved already.
    const again = { ...context, probe: undefined, updateStatistic: () => {} };
    const computed = tf.customGrad((...given) => {
      const tensors = given.slice(0, -1) as tf.Tensor[];
      (given.at(-1) as tf.GradSaveFunc)(tensors);
      return {
        value: run(tensors, context),
        gradFunc: (gradient: tf.Tensor, saved: tf.Tensor[]) =>
          gradients(args => run(args, again), saved, gradient),
      };
    });
    return computed(...inputs, ...own.map(({ index }) => context.weights[index]!)) as never;
  };

/** Gradients of a function within the backward pass of another, which TF.js does not expect: it has one tape only. */
function gradients(
  compute: (tensors: readonly tf.Tensor[]) => tf.Tensor,
  tensors: readonly tf.Tensor[],
  gradient: tf.Tensor,
): tf.Tensor[] {
  const engine = tf.engine();
  const outer = engine.state.activeTape;
  try {
    // Else it would begin at once, and everything would be kept after all.
    const later = tensors.map(tensor => startingAfter(tensor, gradient));
    const { grads } = engine.gradients(() => compute(later), later, gradient, true);
    return grads.map((found, index) => found ?? tf.zerosLike(later[index]!));
  } finally {
    engine.state.activeTape = outer;
  }
}
