import * as tf from '@tensorflow/tfjs-core';
import type { FeedSpec } from '../engine/session.ts';
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
}

/** The feeds of a batch of `batchSize` subjects that a network is given. */
export function inputFeeds({ batchSize, size, channels, features }: ScalarStepSettings) {
  const feeds: Record<string, FeedSpec> = {};
  if (size) feeds.images = { shape: [batchSize, ...size, channels], dtype: 'float32' };
  if (features > 0) feeds.features = { shape: [batchSize, features], dtype: 'float32' };
  return feeds;
}

/** The training step of a classification or regression. Feeds: `images`, `features`, `targets [batch, target]`. */
export function scalarStep(model: ScalarModel, loss: ScalarLoss, settings: ScalarStepSettings): TaskStep {
  const { batchSize, targets } = settings;
  return {
    network: model,
    feeds: { ...inputFeeds(settings), targets: { shape: [batchSize, targets], dtype: 'float32' } },
    objective(fed, context, probe) {
      const input: ScalarInput = {
        ...(fed.images && { images: fed.images }),
        ...(fed.features && { features: fed.features }),
      };
      probe?.at({ setting: 'architecture', values: () => ({ ...input }) });
      const output = model.forward(input, context);
      const total = loss(output as tf.Tensor2D, fed.targets as tf.Tensor2D);
      probe?.at({ setting: 'loss', values: () => ({ loss: total, output, targets: fed.targets! }) });
      return { loss: total, output };
    },
    counts: () => tf.zeros([1]),
    sums: NONE,
  };
}

/** The loss of the epoch says it all: metrics of single batches would mean little. */
const NONE: StepSums = { size: 0, add: () => {}, metrics: () => ({}) };
