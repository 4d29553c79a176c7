import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { architectureSchema } from '../config/schema/architecture.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { buildModel, parameterCount } from './build-model.ts';
import type { SegmentationModel } from './model.ts';
import { initialValues } from './parameters.ts';

const build = (settings: object, channels: number, classes: number) =>
  buildModel(architectureSchema.parse(settings), { channels, classes });

describe('the number of trained weights', () => {
  // InnerEye-DeepLearning: 506,139 is in the log of its issue 257; the others follow from the same layers.
  it.each([
    ['HelloWorld, two channels', { name: 'unet3d', features: 4 }, 2, 3, 506_139],
    ['HelloWorld', { name: 'unet3d', features: 4 }, 1, 3, 506_031],
    ['Hippocampus', { name: 'unet3d', features: 16 }, 1, 3, 8_084_019],
    ['Lung', { name: 'unet3d', features: 32 }, 1, 6, 32_327_878],
  ])("is that of InnerEye's %s", (_, settings, channels, classes, expected) => {
    expect(parameterCount(build(settings, channels, classes))).toBe(expected);
  });

  it("is that of nnU-Net's plan for the hippocampus (5.6 million, 3 levels of 32 features)", () => {
    // Convolutions of nnU-Net carry a bias that instance normalisation cancels; ours leave it out.
    const count = parameterCount(build({ name: 'plain_unet', features: 32, levels: 4 }, 1, 3));
    expect(count / 1e6).toBeCloseTo(5.6, 1);
  });
});

const forward = (model: SegmentationModel, input: tf.Tensor5D, training = false): tf.Tensor5D[] => {
  const cut = (parameters: SegmentationModel['parameters']) => {
    const values = initialValues(parameters, 1);
    let offset = 0;
    return parameters.map(({ shape, size }) => {
      offset += size;
      return tf.tensor(values.slice(offset - size, offset), [...shape]);
    });
  };
  return model.forward(input, {
    training,
    weights: cut(model.parameters),
    statistics: cut(model.statistics),
    updateStatistic: () => {},
  });
};

describe.skipIf(engineMissing)(`a network ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it.each([
    [{ name: 'unet3d', features: 2, levels: 3 }, [8, 8, 8], [8, 8, 8]],
    [{ name: 'unet2d', features: 2, levels: 3 }, [1, 8, 12], [1, 8, 12]],
    [{ name: 'basic', features: [2, 2, 3, 3, 3, 3, 4, 4] }, [29, 30, 33], [1, 2, 5]],
    [{ name: 'plain_unet', features: 2, levels: 3 }, [8, 12, 16], [8, 12, 16]],
    [
      {
        name: 'plain_unet',
        features: 2,
        levels: 3,
        strides: [
          [1, 2, 2],
          [2, 2, 2],
        ],
      },
      [4, 8, 8],
      [4, 8, 8],
    ],
    [{ name: 'residual_unet', features: 2, levels: 3, normalization: 'batch' }, [8, 8, 8], [8, 8, 8]],
  ])('%j gives logits for every class at every output voxel', (settings, input, output) => {
    tf.tidy(() => {
      const model = build(settings, 2, 3);
      const logits = forward(model, tf.ones([2, ...(input as [number, number, number]), 2]) as tf.Tensor5D);
      expect(logits.map(tensor => tensor.shape)).toEqual([[2, ...output, 3]]);
      expect(input.every((extent, axis) => extent % model.multiple[axis]! === 0)).toBe(true);
      expect(input.map((extent, axis) => extent - model.shrinkage[axis]!)).toEqual(output);
    });
  });

  it('compares lower resolutions too with deep supervision, but only while training', () => {
    tf.tidy(() => {
      const model = build({ name: 'plain_unet', features: 2, levels: 4, deep_supervision: true }, 1, 3);
      const input = tf.ones([1, 16, 16, 16, 1]) as tf.Tensor5D;
      expect(forward(model, input, true).map(tensor => tensor.shape[1])).toEqual([16, 8]);
      expect(forward(model, input, false)).toHaveLength(1);
    });
  });

  it('starts from weights that depend on the seed and the name alone', () => {
    const { parameters } = build({ name: 'plain_unet', features: 2, levels: 2 }, 1, 2);
    expect(initialValues(parameters, 5)).toEqual(initialValues(parameters, 5));
    expect(initialValues(parameters, 5)).not.toEqual(initialValues(parameters, 6));
  });
});
