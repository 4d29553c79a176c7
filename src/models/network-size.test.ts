import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkSize } from '../config/network-layers.ts';
import { architectureSchema } from '../config/schema/architecture.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { buildModel, parameterCount } from './build-model.ts';
import type { SegmentationModel } from './model.ts';

const small = fc.integer({ min: 1, max: 6 });
const stride = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 1, max: 2 })));
const unets = fc
  .record({
    name: fc.constantFrom('plain_unet', 'residual_unet'),
    features: small,
    levels: fc.integer({ min: 1, max: 5 }),
    max_features: fc.integer({ min: 1, max: 40 }),
    normalization: fc.constantFrom('instance', 'batch', 'none'),
    deep_supervision: fc.boolean(),
    strides: fc.option(fc.array(stride, { minLength: 4, maxLength: 4 }), { nil: undefined }),
    convolutions: fc.integer({ min: 1, max: 3 }),
    blocks: fc.option(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 }), {
      nil: undefined,
    }),
  })
  .map(({ convolutions, blocks, ...rest }) =>
    rest.name === 'plain_unet' ? { ...rest, convolutions } : { ...rest, blocks },
  );
const others = fc.oneof(
  fc.record({
    name: fc.constantFrom('unet3d', 'unet2d'),
    features: small,
    levels: fc.integer({ min: 1, max: 5 }),
    kernel_size: fc.constantFrom(1, 3, 5),
  }),
  fc.record({
    name: fc.constant('basic'),
    features: fc.array(small, { minLength: 8, maxLength: 8 }),
    kernel_size: fc.constantFrom(3, 5),
  }),
);

describe('the size of a network that is not built', () => {
  it('has as many weights as the network that is', () => {
    fc.assert(
      fc.property(fc.oneof(unets, others), small, small, (settings, channels, classes) => {
        const architecture = architectureSchema.parse(settings);
        const built = parameterCount(buildModel(architecture, { channels, classes }));
        expect(networkSize(architecture, channels, classes)?.parameters).toBe(built);
      }),
    );
  });
});

/** Voxels of the input that change one voxel of the output, along x: from the gradient, all weights being equal. */
function influence(model: SegmentationModel, length: number, at: number): number {
  return tf.tidy(() => {
    const weights = model.parameters.map(({ shape }) => tf.fill([...shape], 0.05));
    const statistics = model.statistics.map(({ shape }) => tf.ones([...shape]));
    const [z, y] = model.multiple.map((multiple, axis) =>
      axis === 2 ? length : Math.max(multiple, 1 + model.shrinkage[axis]!),
    );
    const input = tf.ones([1, z!, y!, length, 1]) as tf.Tensor5D;
    const gradient = tf.grad(x => {
      const [output] = model.forward(x as tf.Tensor5D, {
        training: false,
        weights,
        statistics,
        updateStatistic: () => {},
      });
      return tf.slice(output!, [0, 0, 0, at, 0], [1, 1, 1, 1, 1]).sum();
    })(input);
    const along = tf.max(tf.abs(gradient), [0, 1, 2, 4]).dataSync();
    return along.filter(value => value > 0).length;
  });
}

describe.skipIf(engineMissing)(`the receptive field ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it.each([
    [{ name: 'plain_unet', features: 1, levels: 3, normalization: 'none' }],
    [{ name: 'residual_unet', features: 1, levels: 2, blocks: [1, 1], normalization: 'none' }],
    [{ name: 'unet3d', features: 1, levels: 2 }],
    [{ name: 'unet2d', features: 1, levels: 3 }],
    [{ name: 'basic', features: [1, 1, 1, 1, 1, 1, 1, 1] }],
  ])('is the widest extent of the gradient: %j', settings => {
    const architecture = architectureSchema.parse(settings);
    const model = buildModel(architecture, { channels: 1, classes: 1 });
    const field = networkSize(architecture, 1, 1)!.receptiveField[2];
    const length = Math.ceil((field + 24) / 8) * 8;
    const middle = Math.floor((length - model.shrinkage[2]) / 2);
    const extents = Array.from({ length: 8 }, (_, shift) => influence(model, length, middle - 4 + shift));
    expect(Math.max(...extents)).toBe(field);
  });
});
