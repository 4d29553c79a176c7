import * as tf from '@tensorflow/tfjs-core';
import type { Probe, ProbeValue } from '../foundation/probe.ts';
import type { ForwardContext } from '../models/model.ts';
import type { Parameter } from '../models/parameters.ts';

/** Shows each block of a network after it, and the gradient that arrives at it on the way back. */
export const blockProbe =
  (probe: Probe, parameters: readonly Parameter[], weights: readonly tf.Tensor[]): ForwardContext['probe'] =>
  (part, input, output) => {
    const values = () => ({ input, output, parameters: byParameter(parameters, weights, part) });
    probe.at({ setting: 'architecture', part, values });
    // The output itself may be gone by then.
    return withGradient(output, gradient =>
      probe.at({ setting: 'architecture', part, backward: true, values: () => ({ gradient }) }),
    );
  };

/** Parameters, or their gradients, by name; those of one block where it is named. */
export function byParameter(
  parameters: readonly Parameter[],
  tensors: readonly tf.Tensor[],
  block?: string,
): ProbeValue {
  const wanted = parameters
    .map(({ name }, index): [string, tf.Tensor] => [name, tensors[index]!])
    .filter(([name]) => block === undefined || name.startsWith(`${block}/`));
  return { kind: 'group', values: Object.fromEntries(wanted) };
}

/** The same tensor; `seen` is called with its gradient. */
function withGradient<T extends tf.Tensor>(tensor: T, seen: (gradient: tf.Tensor) => void): T {
  const pass = tf.customGrad(input => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (gradient: tf.Tensor) => {
      seen(gradient);
      return gradient;
    },
  }));
  return pass(tensor) as T;
}
