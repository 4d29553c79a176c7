import * as tf from '@tensorflow/tfjs-core';
import type { InferenceSettings } from '../config/schema/configuration.ts';
import type { RecordedFunction, Session } from '../engine/session.ts';
import type { ForwardContext, SegmentationModel } from '../models/model.ts';
import { type LearnedVariables, learnedTensors } from '../training/learned.ts';
import type { Zyx } from '../volume/volume.ts';
import { type Image, predictWindows, type TakeSlices } from './sliding-window.ts';

export interface PredictorOptions {
  readonly session: Session;
  readonly model: SegmentationModel;
  /** The session's variables to predict with. */
  readonly learned: LearnedVariables;
  readonly channels: number;
  readonly classes: number;
  /** Window where the settings name none. */
  readonly cropSize: Zyx;
  readonly settings: InferenceSettings;
}

/** Predicts volumes with a session's weights; the graph of each window size is recorded once. */
export class Predictor {
  private readonly graphs = new Map<string, RecordedFunction>();

  constructor(private readonly options: PredictorOptions) {}

  /** Posteriors of a volume, slice by slice; see `predictWindows`. */
  async predict(
    image: Image,
    take: TakeSlices,
    onTile?: (done: number, total: number) => void,
  ): Promise<void> {
    const { settings, model, classes } = this.options;
    const window = this.windowFor(image.shape);
    const graph = await this.graph(window);
    await predictWindows(
      image,
      {
        window,
        shrinkage: model.shrinkage,
        overlap: settings.overlap,
        blend: settings.blend,
        classes,
        batchSize: settings.batch_size,
      },
      async tiles => (await graph.run({ tiles })).posteriors!,
      take,
      onTile,
    );
  }

  close(): void {
    for (const graph of this.graphs.values()) graph.close();
    this.graphs.clear();
  }

  /** The configured window, shrunk to the smallest valid size that holds a smaller volume. */
  windowFor(shape: Zyx): Zyx {
    const { model, settings, cropSize } = this.options;
    const window = settings.window ?? cropSize;
    return window.map((extent, axis) => {
      const multiple = model.multiple[axis]!;
      const needed = Math.ceil((shape[axis]! + model.shrinkage[axis]!) / multiple) * multiple;
      return Math.min(extent, needed);
    }) as unknown as Zyx;
  }

  private async graph(window: Zyx): Promise<RecordedFunction> {
    const key = window.join('x');
    let graph = this.graphs.get(key);
    if (!graph) {
      graph = await this.record(window);
      this.graphs.set(key, graph);
    }
    return graph;
  }

  private record(window: Zyx): Promise<RecordedFunction> {
    const { session, model, learned, channels, settings } = this.options;
    const shape = [settings.batch_size, ...window, channels];
    return session.record(
      `predict-${window.join('x')}`,
      { tiles: { shape, dtype: 'float32' } },
      (feeds, variables) => {
        const tensors = learnedTensors(model, variables, learned);
        const posteriors = posteriorsOf(model, tensors, feeds.tiles!, settings.mirror, 'first');
        return { outputs: { posteriors } };
      },
    );
  }
}

/**
 * Posteriors of tiles, `[batch, z, y, x, channel]` to `[batch, z, y, x, class]`, or to `[batch, class, z, y, x]` where the
 * class comes first: the mean over all mirrorings along `mirror`, each turned back.
 */
export function posteriorsOf(
  model: SegmentationModel,
  learned: Pick<ForwardContext, 'weights' | 'statistics'>,
  tiles: tf.Tensor,
  mirror: InferenceSettings['mirror'],
  classComes: 'first' | 'last' = 'last',
): tf.Tensor {
  const context = { ...learned, training: false, updateStatistic: () => {} };
  const flips = mirrorings(mirror.map(axis => 1 + ['z', 'y', 'x'].indexOf(axis)));
  const predictions = flips.map(axes => {
    const turned = (tensor: tf.Tensor) => (axes.length > 0 ? tf.reverse(tensor, axes) : tensor);
    const logits = turned(model.forward(turned(tiles) as tf.Tensor5D, context)[0]!);
    return classComes === 'first' ? softmaxByClass(logits) : tf.softmax(logits);
  });
  const sum = predictions.reduce((total, posteriors) => tf.add(total, posteriors));
  return flips.length === 1 ? sum : tf.div(sum, flips.length);
}

/** Softmax of `[batch, z, y, x, class]`, as `[batch, class, z, y, x]`: over a first axis TensorFlow works on whole rows. */
function softmaxByClass(logits: tf.Tensor): tf.Tensor {
  const byClass = tf.transpose(logits, [0, 4, 1, 2, 3]);
  const powers = tf.exp(tf.sub(byClass, tf.max(byClass, 1, true)));
  return tf.div(powers, tf.sum(powers, 1, true));
}

/** All subsets of axes: the identity first. */
function mirrorings(axes: readonly number[]): number[][] {
  const subsets: number[][] = [[]];
  for (const axis of axes) subsets.push(...subsets.map(subset => [...subset, axis]));
  return subsets;
}
