import * as tf from '@tensorflow/tfjs-core';
import { backendName, onTensorFlow, tensorflowBackend } from './backend.ts';
import type { OpAttribute } from './binding.ts';
import { attribute, typeAttributes } from './op-attributes.ts';
import { meanOfReplicas, replicaCount } from './replicas.ts';

/** A batch of volumes, `[batch, z, y, x, channel]`. */
type Volumes = tf.Tensor5D;

export interface BatchNormOptions {
  /** Learned factor and offset, `[channel]`. */
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
  /** Running mean and variance, `[channel]`. */
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
  readonly epsilon: number;
  /** Share of this batch in the new running statistics. */
  readonly momentum: number;
  readonly training: boolean;
  /** By the statistics of all replicas' batches together, instead of each by those of its own. */
  readonly synchronized?: boolean | undefined;
  /** 1 for each sample that counts in the statistics, 0 for the others, `[batch]`; default: all do. */
  readonly present?: tf.Tensor1D | undefined;
}

export interface BatchNormResult {
  readonly output: Volumes;
  /** The running statistics to keep: moved towards this batch in training, as given otherwise. */
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Normalises each channel of each sample by its own mean and (biased) variance over the volume, then scales and shifts:
 * Ulyanov et al., "Instance normalization", 2016.
 */
export function instanceNorm(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon: number): Volumes {
  const [batch, z, y, width, channels] = x.shape as Volumes['shape'];
  if (batch === 1) return normalize(x as Volumes, scale, shift, epsilon).output;
  // A sample at a time: what differs between samples must not meet in one mean.
  const samples = tf.split(x as Volumes, batch, 0);
  return tf.concat(
    samples.map(
      sample =>
        normalize(tf.reshape(sample, [1, z, y, width, channels]) as Volumes, scale, shift, epsilon).output,
    ),
    0,
  );
}

/**
 * Batch normalisation: by the batch's own statistics in training, by the running ones otherwise. The running variance
 * takes up the unbiased variance of the batch, as in PyTorch and TensorFlow.
 */
export function batchNorm(x: tf.Tensor, options: BatchNormOptions): BatchNormResult {
  const { scale, shift, mean, variance, epsilon, momentum, training, synchronized, present } = options;
  if (!training) {
    const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale);
    const output = tf.add(tf.mul(x, factor), tf.sub(shift, tf.mul(mean, factor))) as Volumes;
    return { output, mean, variance };
  }
  const together = synchronized && replicaCount() > 1;
  const batch =
    together || present
      ? composed(x as Volumes, scale, shift, epsilon, {
          ...(together && { everywhere: meanOfReplicas }),
          present,
        })
      : normalize(x as Volumes, scale, shift, epsilon);
  const towards = (running: tf.Tensor, now: tf.Tensor) =>
    tf.add(tf.mul(running, 1 - momentum), tf.mul(now, momentum));
  return {
    output: batch.output,
    mean: towards(mean, batch.mean),
    variance: towards(variance, batch.variance),
  };
}

interface Normalized {
  readonly output: Volumes;
  readonly mean: tf.Tensor;
  /** Unbiased. */
  readonly variance: tf.Tensor;
}

const normalize = (x: Volumes, scale: tf.Tensor, shift: tf.Tensor, epsilon: number): Normalized =>
  onTensorFlow() ? fused(x, scale, shift, epsilon) : composed(x, scale, shift, epsilon);

/** TensorFlow's FusedBatchNormV3, which knows images: depth and height become one axis. */
function fused(x: Volumes, scale: tf.Tensor, shift: tf.Tensor, epsilon: number): Normalized {
  const [batch, z, y, width, channels] = x.shape;
  const flat = tf.reshape(x, [batch, z * y, width, channels]);
  const [output, mean, variance] = tf
    .engine()
    .runKernel(kernelName, { x: flat, scale, shift } as never, { epsilon }) as tf.Tensor[];
  return { output: tf.reshape(output!, x.shape), mean: mean!, variance: variance! };
}

const kernelName = 'FusedBatchNormV3';

/** Makes TensorFlow's op and its gradient known to TF.js. Done once, when the engine opens. */
export function registerFusedNorm(): void {
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, scale, shift } = inputs as unknown as Record<string, tf.TensorInfo>;
      const { epsilon } = attrs as { epsilon: number };
      const none = tf.tensor1d([]);
      const outputs = tensorflowBackend().executeMultipleOutputs(
        kernelName,
        [...normAttributes(epsilon), attribute('exponential_avg_factor', 'float', 1)],
        [x!, scale!, shift!, none, none],
        6,
      );
      none.dispose();
      return outputs;
    },
  });
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'scale'],
    // What the op's gradient needs are its last three outputs.
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (gradients, saved, attrs) => {
      const { epsilon } = attrs as { epsilon: number };
      const [dx, dscale, dshift] = tensorflowBackend().executeMultipleOutputs(
        'FusedBatchNormGradV3',
        normAttributes(epsilon),
        [(gradients as tf.Tensor[])[0]!, ...saved],
        5,
      );
      return { x: () => dx!, scale: () => dscale!, shift: () => dshift! };
    },
  });
}

const normAttributes = (epsilon: number): OpAttribute[] => [
  ...typeAttributes({ T: 'float32', U: 'float32' }),
  attribute('epsilon', 'float', epsilon),
  attribute('data_format', 'string', 'NHWC'),
  attribute('is_training', 'bool', true),
];

/**
 * The same from small ops, for TF.js's own backends, for statistics over replicas, and of some of the samples only.
 * @param over `everywhere`: from the means of a replica to those of all; `present`: the samples that count
 */
function composed(
  x: Volumes,
  scale: tf.Tensor,
  shift: tf.Tensor,
  epsilon: number,
  over: { everywhere?: (means: tf.Tensor) => tf.Tensor; present?: tf.Tensor1D | undefined } = {},
): Normalized {
  const { everywhere = (means: tf.Tensor) => means, present } = over;
  const axes = [0, 1, 2, 3];
  // The mean of some of the samples is that of all, the others set to 0, divided by the share that is there.
  const there = present && tf.reshape(present, [x.shape[0], 1, 1, 1, 1]);
  const share = present && tf.maximum(everywhere(tf.mean(present)), 1e-6);
  const meanOf = (values: tf.Tensor): tf.Tensor =>
    there && share
      ? tf.div(everywhere(tf.mean(tf.mul(values, there), axes)), share)
      : everywhere(tf.mean(values, axes));
  const mean = meanOf(x);
  const centred = tf.sub(x, mean);
  const variance = meanOf(tf.square(centred));
  const output = tf.add(tf.mul(centred, tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale)), shift);
  const all = replicaCount() * (x.size / x.shape[4]);
  const unbiased = share ? unbiasedBy(tf.mul(share, all)) : all / Math.max(1, all - 1);
  return { output: output as Volumes, mean, variance: tf.mul(variance, unbiased) };
}

const unbiasedBy = (count: tf.Tensor): tf.Tensor => tf.div(count, tf.maximum(tf.sub(count, 1), 1));
