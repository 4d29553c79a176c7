import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec, Tensors } from '../engine/session.ts';
import type { ScalarInput, ScalarModel } from '../models/model.ts';
import type { Zyx } from '../volume/volume.ts';
import type { StepSums } from './epoch-sums.ts';
import type { ScalarLoss } from './losses/scalar-loss.ts';
import type { TaskStep } from './task-step.ts';

export interface ScalarStepSettings {
  readonly batchSize: number;
  /** Size of the images; absent where the model sees none. */
  readonly size?: Zyx | undefined;
  readonly channels: number;
  readonly features: number;
  readonly targets: number;
  /** Visits of a subject that the model is given; absent where there are none. */
  readonly positions?: number | undefined;
}

/** The feeds of a batch of `batchSize` subjects that a network is given. */
export function inputFeeds({ batchSize, size, channels, features, positions }: ScalarStepSettings) {
  const rows = positions === undefined ? [batchSize] : [batchSize, positions];
  const feeds: Record<string, FeedSpec> = {};
  if (size) feeds.images = { shape: [...rows, ...size, channels], dtype: 'float32' };
  if (features > 0) feeds.features = { shape: [...rows, features], dtype: 'float32' };
  if (positions !== undefined) feeds.present = { shape: rows, dtype: 'float32' };
  return feeds;
}

/** What a network is given of the feeds. */
export const inputOf = ({ images, features, present }: Tensors): ScalarInput => ({
  ...(images && { images }),
  ...(features && { features }),
  ...(present && { present: present as tf.Tensor2D }),
});

/**
 * The training step of a classification, regression or sequence task. Feeds: those of the network, `targets
 * [batch, target]`; with visits `targets [batch, position, target]` and `counted [batch, position]`.
 */
export function scalarStep(model: ScalarModel, loss: ScalarLoss, settings: ScalarStepSettings): TaskStep {
  const { batchSize, targets, positions } = settings;
  const rows = positions === undefined ? [batchSize] : [batchSize, positions];
  const feeds: Record<string, FeedSpec> = {
    ...inputFeeds(settings),
    targets: { shape: [...rows, targets], dtype: 'float32' },
  };
  if (positions !== undefined) feeds.counted = { shape: rows, dtype: 'float32' };
  return {
    network: model,
    feeds,
    objective(fed, context, probe) {
      const input = inputOf(fed);
      probe?.at({ setting: 'architecture', values: () => ({ ...input }) });
      const output = model.forward(input, context);
      const total = loss(
        tf.reshape(output, [-1, targets]),
        tf.reshape(fed.targets!, [-1, targets]),
        fed.counted && tf.reshape(fed.counted, [-1]),
      );
      probe?.at({ setting: 'loss', values: () => ({ loss: total, output, targets: fed.targets! }) });
      return { loss: total, output };
    },
    counts: () => tf.zeros([1]),
    sums: NONE,
  };
}

/** The loss of the epoch says it all: metrics of single batches would mean little. */
const NONE: StepSums = { size: 0, add: () => {}, metrics: () => ({}) };
