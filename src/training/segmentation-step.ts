import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Tensors } from '../engine/session.ts';
import type { SegmentationModel } from '../models/model.ts';
import type { Zyx } from '../volume/volume.ts';
import { cropSums } from './crop-sums.ts';
import { type Loss, predictionOf, type Target } from './losses/loss.ts';
import type { TaskStep } from './task-step.ts';
import { thinLabels } from './thin-labels.ts';

export interface SegmentationStepSettings {
  readonly crop: Zyx;
  readonly batchSize: number;
  readonly channels: number;
  readonly structures: readonly string[];
  readonly masked: boolean;
  readonly incomplete: boolean;
}

/**
 * The training step of a segmentation. Feeds: `images [batch, z, y, x, channel]`, `labels [batch, z, y, x]`, and, where
 * the data set has them, `mask [batch, z, y, x]` and `drawn [batch, class]`.
 */
export function segmentationStep(
  model: SegmentationModel,
  loss: Loss,
  settings: SegmentationStepSettings,
): TaskStep {
  const { crop, batchSize, channels, structures, masked, incomplete } = settings;
  const classes = structures.length + 1;
  const feeds: Record<string, FeedSpec> = {
    images: { shape: [batchSize, ...crop, channels], dtype: 'float32' },
    labels: { shape: [batchSize, ...crop], dtype: 'int32' },
  };
  if (masked) feeds.mask = { shape: [batchSize, ...crop], dtype: 'float32' };
  if (incomplete) feeds.drawn = { shape: [batchSize, classes], dtype: 'float32' };
  return {
    network: model,
    feeds,
    objective(fed, context, probe) {
      probe?.at({ setting: 'architecture', values: () => ({ input: fed.images! }) });
      const outputs = model.forward(fed.images as tf.Tensor5D, context);
      const total = supervisedLoss(outputs, fed, loss, model, classes);
      probe?.at({
        setting: 'loss',
        values: () => ({ loss: total, logits: outputs[0]!, labels: fed.labels! }),
      });
      return { loss: total, output: outputs[0]! };
    },
    counts: (output, fed) => classCounts(output as tf.Tensor5D, fed, model, classes),
    sums: cropSums(structures),
  };
}

/** The labels of the voxels that an unpadded network gives an output for. */
function outputVoxels(tensor: tf.Tensor, { shrinkage }: SegmentationModel): tf.Tensor {
  if (shrinkage.every(voxels => voxels === 0)) return tensor;
  const [batch, ...size] = tensor.shape as [number, number, number, number];
  const begin = [0, ...shrinkage.map(voxels => voxels / 2)];
  return tf.slice(tensor, begin, [batch, ...size.map((extent, axis) => extent - shrinkage[axis]!)]);
}

/** The loss of every output; lower resolutions weigh half of the next higher (nnU-Net's deep supervision). */
function supervisedLoss(
  outputs: readonly tf.Tensor5D[],
  fed: Tensors,
  loss: Loss,
  model: SegmentationModel,
  classes: number,
): tf.Scalar {
  const drawn = fed.drawn as tf.Tensor2D | undefined;
  const labels = outputVoxels(fed.labels!, model);
  const mask = fed.mask && outputVoxels(fed.mask, model);
  const weight = (level: number) => 0.5 ** level;
  const sum = outputs.reduce((total, _, level) => total + weight(level), 0);
  const losses = outputs.map((logits, level) => {
    const [batch, z, y, x] = logits.shape;
    const thin = (tensor: tf.Tensor) => thinLabels(tensor, [z, y, x]);
    const target: Target = {
      oneHot: tf.oneHot(thin(labels) as tf.Tensor4D, classes) as tf.Tensor5D,
      mask: mask && (tf.reshape(thin(mask), [batch, z, y, x, 1]) as tf.Tensor5D),
      drawn,
    };
    const value = loss(predictionOf(logits, drawn), target);
    return outputs.length === 1 ? value : (tf.mul(value, weight(level) / sum) as tf.Scalar);
  });
  return losses.reduce((total, value) => tf.add(total, value) as tf.Scalar);
}

/** Voxels of each class: right, predicted, true. For the Dice of the crops that InnerEye logs. */
function classCounts(
  logits: tf.Tensor5D,
  fed: Tensors,
  model: SegmentationModel,
  classes: number,
): tf.Tensor {
  const voxels = logits.size / classes;
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [voxels]) as tf.Tensor1D;
  const truth = flat(outputVoxels(fed.labels!, model));
  const predicted = flat(tf.argMax(logits, 4));
  // How often each true class (row) was taken for each predicted class (column); what lies behind the last is not counted.
  const behind = classes * classes;
  const all = tf.add(tf.mul(truth, tf.scalar(classes, 'int32')), predicted);
  const pairs = fed.mask
    ? tf.where(tf.greater(flat(outputVoxels(fed.mask, model)), 0), all, tf.scalar(behind, 'int32'))
    : all;
  const counted = tf.bincount(pairs as tf.Tensor1D, tf.tensor1d([], 'int32'), behind);
  const confusion = tf.reshape(counted, [classes, classes]);
  const right = tf.sum(tf.mul(confusion, tf.cast(tf.eye(classes), 'int32')), 0);
  const counts = tf.concat([right, tf.sum(confusion, 0), tf.sum(confusion, 1)]);
  return tf.reshape(tf.cast(counts, 'float32'), [1, 3 * classes]);
}
