import * as tf from '@tensorflow/tfjs-core';
import type { RecordedFunction } from '../engine/session.ts';
import { learnedTensors } from '../training/learned.ts';
import { inputFeeds, inputOf } from '../training/scalar-step.ts';
import type { Zyx } from '../volume/volume.ts';
import type { ScalarPredictorOptions, SubjectInput } from './scalar-predictor.ts';

/** Where a network looked. */
export interface Explanation {
  /** `[visit, z, y, x]`, 0 or more, in the unit of the network's output; of a task without visits one. */
  readonly maps: Float32Array;
  /** Visits. */
  readonly count: number;
  /** Of one map; coarser than the image. */
  readonly shape: Zyx;
}

/**
 * Gradient-weighted class activation maps (Selvaraju et al. 2017): the last feature maps of a network's encoder, each
 * weighted by how much the output for a target rises with it on average. What lowers it is 0. The creator closes it.
 */
export class GradCam {
  private graph: { readonly run: RecordedFunction; readonly shape: Zyx } | undefined;

  constructor(private readonly options: Omit<ScalarPredictorOptions, 'activation'>) {
    if (!options.model.featureMap) throw new Error('the network sees no images');
  }

  /**
   * @param chosen 1 for the output that is explained, 0 for the others: `[target]`, with visits `[position, target]`
   */
  async explain(input: SubjectInput, chosen: Float32Array): Promise<Explanation> {
    this.graph ??= await this.record();
    const { run, shape } = this.graph;
    const { maps } = await run.run<{ maps: Float32Array }>({ ...input, chosen });
    return { maps, count: this.options.sizes.positions ?? 1, shape };
  }

  close(): void {
    this.graph?.run.close();
    this.graph = undefined;
  }

  private async record(): Promise<{ run: RecordedFunction; shape: Zyx }> {
    const { session, model, learned, sizes } = this.options;
    const { positions, targets } = sizes;
    const rows = positions === undefined ? [1] : [1, positions];
    let shape: Zyx | undefined;
    const feeds = {
      ...inputFeeds({ ...sizes, batchSize: 1 }),
      chosen: { shape: [...rows, targets], dtype: 'float32' as const },
    };
    const run = await session.record('grad-cam', feeds, (fed, variables) => {
      const input = inputOf(fed);
      const forward = (atMaps: (maps: tf.Tensor5D) => tf.Tensor) =>
        model.forward(input, {
          training: false,
          ...learnedTensors(model, variables, learned),
          updateStatistic: () => {},
          probe: <T extends tf.Tensor>(block: string, _: tf.Tensor, output: T): T =>
            block === model.featureMap ? (atMaps(output as tf.Tensor as tf.Tensor5D) as T) : output,
        });
      let found: tf.Tensor5D | undefined;
      forward(maps => {
        found = maps;
        return maps;
      });
      const score = (given: tf.Tensor): tf.Tensor =>
        tf.sum(
          tf.mul(
            forward(() => given),
            fed.chosen!,
          ),
        );
      const gradient = tf.grad(score)(found!);
      const importance = tf.mean(gradient, [1, 2, 3], true);
      const active = tf.relu(tf.sum(tf.mul(found!, importance), 4));
      const [images, z, y, x] = active.shape as [number, number, number, number];
      shape = [z, y, x];
      // Where each channel is encoded by itself, what was seen in any of them counts.
      const visits = positions ?? 1;
      const maps = tf.sum(tf.reshape(active, [visits, images / visits, z, y, x]), 1);
      return { outputs: { maps } };
    });
    return { run, shape: shape! };
  }
}
