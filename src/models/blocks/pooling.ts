import * as tf from '@tensorflow/tfjs-core';
import type { PoolingKind } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { type ForwardContext, named } from '../model.ts';
import { fanInUniform, type ParameterLists } from '../parameters.ts';
import { standardized } from './standardized.ts';

/** Feature maps `[image, z, y, x, feature]` to one value a feature, `[image, feature]`. */
export type Pooling = (maps: tf.Tensor5D, context: ForwardContext) => tf.Tensor2D;

const SPACE = [1, 2, 3];
const average = (maps: tf.Tensor5D): tf.Tensor2D => tf.mean(maps, SPACE);
const maximum = (maps: tf.Tensor5D): tf.Tensor2D => tf.max(maps, SPACE);
const mixture = (share: tf.Tensor, maps: tf.Tensor5D): tf.Tensor2D =>
  tf.add(tf.mul(share, average(maps)), tf.mul(tf.sub(1, share), maximum(maps)));

/**
 * InnerEye's five poolings (`InnerEye/ML/models/layers/pooling_layers.py`), and the standardised average.
 * @param size and number of the feature maps, which the learned ones depend on
 */
export function pooling(
  lists: ParameterLists,
  kind: PoolingKind,
  maps: { readonly size: Zyx; readonly features: number },
): Pooling {
  return named('pooling', poolingOf(lists, kind, maps));
}

function poolingOf(
  lists: ParameterLists,
  kind: PoolingKind,
  { size: [z, y, x], features: units }: { readonly size: Zyx; readonly features: number },
): Pooling {
  const list = lists.parameters;
  switch (kind) {
    case 'average':
      return average;
    case 'max':
      return maximum;
    case 'standardized': {
      const standardize = standardized(lists, 'pooling', units);
      return (maps, context) => standardize(average(maps), context);
    }
    case 'mix': {
      const weight = list.add('pooling/weight', [1], { kind: 'constant', value: 0 });
      return (maps, { weights }) => mixture(tf.sigmoid(weights[weight.index]!), maps);
    }
    case 'gated': {
      // One gate for all features: each map says by itself how much of its average and how much of its maximum counts.
      const voxels = z * y * x;
      const kernel = list.add('pooling/kernel', [voxels, 1], fanInUniform(voxels));
      const bias = list.add('pooling/bias', [1], fanInUniform(voxels));
      return (maps, { weights }) => {
        const [images, , , , features] = maps.shape;
        const rows = tf.reshape(tf.transpose(maps, [0, 4, 1, 2, 3]), [images * features, voxels]);
        const gates = tf.add(
          tf.matMul(rows as tf.Tensor2D, weights[kernel.index]! as tf.Tensor2D),
          weights[bias.index]!,
        );
        return mixture(tf.reshape(tf.sigmoid(gates), [images, features]), maps);
      };
    }
    case 'z_adaptive': {
      const weight = list.add('pooling/weight', [z], { kind: 'constant', value: 0 });
      return (maps, { weights }) => {
        const slices = tf.mean(maps, [2, 3]);
        const shares = tf.reshape(tf.softmax(weights[weight.index]!), [1, z, 1]);
        return tf.sum(tf.mul(slices, shares), 1);
      };
    }
  }
}
