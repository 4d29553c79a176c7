import * as tf from '@tensorflow/tfjs-core';

export interface GradientCheck {
  /** Largest difference between gradient and finite difference, relative to the largest gradient of that input. */
  readonly error: number;
  /** The gradients that were checked, one array an input. */
  readonly gradients: readonly Float32Array[];
}

/**
 * Compares the gradient of `sum(weights * fn(inputs))`, with fixed irregular weights, with central differences in up to
 * `samples` elements of each input. For tests: in float32, a step near 1e-2 suits inputs of size 1.
 */
export function checkGradient(
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  { step = 1e-2, samples = 25 }: { step?: number; samples?: number } = {},
): GradientCheck {
  const weigh = (output: tf.Tensor) => {
    const weights = Float32Array.from({ length: output.size }, (_, index) => Math.sin(1.7 * index + 0.3));
    return tf.sum(tf.mul(output, tf.tensor(weights, output.shape)));
  };
  const value = (...tensors: tf.Tensor[]) => weigh(fn(...tensors)) as tf.Scalar;
  const { grads } = tf.valueAndGrads(value)([...inputs]);
  const gradients = grads.map(gradient => gradient.dataSync() as Float32Array);
  const errors = inputs.map((input, index) => {
    const values = input.dataSync() as Float32Array;
    const at = (element: number, offset: number) =>
      tf.tidy(() => {
        const moved = values.slice();
        moved[element]! += offset;
        const tensors = inputs.map((other, position) =>
          position === index ? tf.tensor(moved, input.shape) : other,
        );
        // Summed in double precision: differences of float32 sums would drown in rounding.
        const output = fn(...tensors).dataSync() as Float32Array;
        return output.reduce(
          (sum, entry, place) => sum + entry * Math.fround(Math.sin(1.7 * place + 0.3)),
          0,
        );
      });
    const count = Math.min(samples, values.length);
    const scale = gradients[index]!.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 1e-3);
    return Array.from({ length: count }, (_, sample) => {
      const element = Math.floor((sample * values.length) / count);
      const difference = (at(element, step) - at(element, -step)) / (2 * step);
      return Math.abs(difference - gradients[index]![element]!) / scale;
    }).reduce((largest, error) => Math.max(largest, error), 0);
  });
  return { error: Math.max(...errors), gradients };
}
