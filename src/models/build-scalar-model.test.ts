import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { architectureSchema } from '../config/schema/architecture.ts';
import { scalarArchitectureSchema } from '../config/schema/scalar-architecture.ts';
import { GraphSession } from '../engine/graph-session.ts';
import type { Precision } from '../engine/session.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { Fault } from '../foundation/fault.ts';
import { Random } from '../foundation/random.ts';
import type { Zyx } from '../volume/volume.ts';
import type { ScalarSizes } from './architectures/scalar-network.ts';
import { keyedDropout } from './blocks/dropout.ts';
import { buildModel } from './build-model.ts';
import { buildScalarModel } from './build-scalar-model.ts';
import { frozenIn, trainedMask } from './frozen.ts';
import type { ForwardContext, ScalarInput, ScalarModel } from './model.ts';
import { initialValues } from './parameters.ts';

const plain: ScalarSizes = { channels: 1, features: 0, targets: 1, inputSize: [8, 8, 8] };
const build = (settings: object, sizes: Partial<ScalarSizes> = {}) =>
  buildScalarModel(scalarArchitectureSchema.parse(settings), { ...plain, ...sizes });

/** The tensors of a model's first weights. */
const cut = (parameters: ScalarModel['parameters']): tf.Tensor[] => {
  const values = initialValues(parameters, 1);
  let offset = 0;
  return parameters.map(({ shape, size }) => {
    offset += size;
    return tf.tensor(values.slice(offset - size, offset), [...shape]);
  });
};
const context = (model: ScalarModel, more: Partial<ForwardContext> = {}): ForwardContext => ({
  training: false,
  weights: cut(model.parameters),
  statistics: cut(model.statistics),
  updateStatistic: () => {},
  ...more,
});

function normal(shape: number[], seed: number): tf.Tensor {
  const random = new Random('scalar', seed);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  );
}
const inputOf = (sizes: ScalarSizes, batch: number): ScalarInput => {
  const rows = [batch, ...(sizes.visits ? [sizes.visits.positions] : [])];
  return {
    ...(sizes.channels > 0 && { images: normal([...rows, ...sizes.inputSize, sizes.channels], 1) }),
    ...(sizes.features > 0 && { features: normal([...rows, sizes.features], 2) }),
  };
};

const small = { features: 2, blocks: [1, 1] };
const visits = { positions: 3 };
const encoders: [string, object, Zyx][] = [
  ['image_encoder', { name: 'image_encoder', features: 2, blocks: 2, padding: 'zero' }, [2, 8, 9]],
  ['glaucoma_net', { name: 'glaucoma_net', features: 2 }, [6, 7, 8]],
  ['resnet', { name: 'resnet', ...small }, [6, 7, 8]],
  ['densenet', { name: 'densenet', ...small, growth: 2, normalization: 'instance' }, [16, 16, 15]],
  ['segmentation_encoder', { name: 'segmentation_encoder', classes: 4 }, [8, 16, 16]],
  [
    'unet_encoder',
    { name: 'unet_encoder', network: { name: 'plain_unet', features: 2, levels: 3 } },
    [8, 8, 6],
  ],
  [
    'unet_encoder, residual',
    { name: 'unet_encoder', network: { name: 'residual_unet', features: 2, levels: 2, blocks: [1, 1] } },
    [4, 5, 6],
  ],
  [
    'unet_encoder of InnerEye',
    { name: 'unet_encoder', network: { name: 'unet3d', features: 2, levels: 2 } },
    [4, 5, 6],
  ],
  [
    'unet_volumes',
    {
      name: 'unet_volumes',
      network: { name: 'plain_unet', features: 2, levels: 3, strides: Array(2).fill([1, 2, 2]) },
      structures: 2,
    },
    [3, 8, 4],
  ],
];

/**
 * For each parameter how far the central difference along its gradient is from the gradient's length, relative to it.
 * Single weights would tell little: rectifiers bend at 0, which asks for a small step, and a single weight's part
 * drowns in the rounding of float32, which asks for a large one. So four steps are tried, and the best counts.
 */
function gradientErrors(
  output: (weights: readonly tf.Tensor[]) => tf.Tensor,
  { parameters }: ScalarModel,
  weights: readonly tf.Tensor[],
): Map<string, number> {
  const share = (index: number) => Math.sin(1.7 * index + 0.3);
  const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const result = output(values);
    const shares = Float32Array.from({ length: result.size }, (_, index) => share(index));
    return tf.sum(tf.mul(result, tf.tensor(shares, result.shape)));
  })([...weights]);
  return new Map(
    parameters.map(({ name }, index) => {
      const slope = tf.norm(grads[index]!).dataSync()[0]!;
      const along = (distance: number) =>
        tf.tidy(() => {
          const moved = tf.add(weights[index]!, tf.mul(grads[index]!, distance / Math.max(slope, 1e-6)));
          const values = output(weights.map((weight, at) => (at === index ? moved : weight))).dataSync();
          return (values as Float32Array).reduce((sum, value, at) => sum + value * share(at), 0);
        });
      const errors = [1e-2, 1e-3, 3e-4, 1e-4].map(change => {
        const step = change / Math.max(slope, 1);
        const difference = (along(step) - along(-step)) / (2 * step);
        return Math.abs(difference - slope) / Math.max(slope, 1e-2);
      });
      return [name, Math.min(...errors)];
    }),
  );
}

describe('a network of classification', () => {
  it.each([
    ['mlp', { channels: 1, features: 2 }, /mlp sees no images/],
    ['mlp', { channels: 0 }, /mlp needs features/],
    ['resnet', { channels: 0, features: 2 }, /resnet needs images/],
    ['image_encoder', { inputSize: [3, 32, 32] }, /too small for the architecture image_encoder/],
    ['unet_volumes', { inputSize: [8, 12, 10] }, /8 × 12 × 10 voxels do not fit the network/],
  ] as [string, Partial<ScalarSizes>, RegExp][])('%s of %j is refused, and said why', (name, sizes, why) => {
    const settings = name.startsWith('unet')
      ? { name, network: { name: 'plain_unet', levels: 3 } }
      : { name };
    expect(() => build(settings, sizes)).toThrow(why);
    expect(() => build(settings, sizes)).toThrow(Fault);
  });

  it('is refused where instance normalisation would leave nothing', () => {
    const settings = { name: 'resnet', features: 2, blocks: [1, 1, 1, 1], normalization: 'instance' };
    expect(() => build(settings)).toThrow(/one voxel/);
    expect(() => build({ ...settings, normalization: 'batch' })).not.toThrow();
  });

  it('has a memory only where there are visits', () => {
    expect(() => build({ name: 'resnet', recurrence: { name: 'gru' } })).toThrow(/needs visits/);
  });

  it('of InnerEye takes images of 91 voxels and more', () => {
    expect(() => build({ name: 'image_encoder' }, { inputSize: [1, 91, 91] })).not.toThrow();
    expect(() => build({ name: 'image_encoder' }, { inputSize: [1, 90, 91] })).toThrow(/too small/);
  });

  it.each([
    { name: 'unet3d', features: 4, levels: 3 },
    { name: 'unet2d', features: 4, levels: 2 },
    {
      name: 'plain_unet',
      features: 4,
      levels: 3,
      strides: [
        [1, 2, 2],
        [2, 2, 2],
      ],
    },
    { name: 'residual_unet', features: 4, levels: 3 },
  ])('has the encoder of the segmentation network that it begins with: $name', network => {
    const segmentation = buildModel(architectureSchema.parse(network), { channels: 2, classes: 3 });
    const scalar = build({ name: 'unet_encoder', network }, { channels: 2, inputSize: [16, 16, 16] });
    const shapes = ({ parameters, statistics }: Pick<ScalarModel, 'parameters' | 'statistics'>) =>
      [...parameters, ...statistics]
        .filter(({ name }) => /^(encoder|stem)\//.test(name))
        .map(({ name, shape }) => `${name} ${shape}`);
    expect(shapes(scalar)).toEqual(shapes(segmentation));
    expect(shapes(scalar).length).toBeGreaterThan(4);
    // The heads are not to be mistaken for each other.
    const names = new Map(segmentation.parameters.map(({ name, shape }) => [name, shape.join()]));
    for (const { name, shape } of scalar.parameters.filter(parameter => parameter.name.startsWith('head')))
      expect(names.get(name)).not.toBe(shape.join());
  });

  it('can be frozen in parts, named by the beginnings of names', () => {
    const model = build({ name: 'resnet', ...small });
    const frozen = frozenIn(model, ['encoder/stem', 'encoder/0']);
    const mask = trainedMask(model, frozen);
    let offset = 0;
    for (const { name, size } of model.parameters) {
      const trained = !/^encoder\/(stem|0)\//.test(name);
      expect(mask.subarray(offset, offset + size).every(value => value === (trained ? 1 : 0))).toBe(true);
      offset += size;
    }
    expect(mask).toHaveLength(offset);
    expect(() => frozenIn(model, ['enc'])).toThrow('no part "enc"');
    expect(() => frozenIn(model, ['encoder', 'head'])).toThrow('nothing is left to learn');
  });
});

describe.skipIf(engineMissing)(`a network of classification ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it.each(encoders)('%s: one output a target, for volumes, slices and visits', (_, settings, size) => {
    tf.tidy(() => {
      for (const inputSize of [size, [1, 2 * size[1], 2 * size[2]] as Zyx]) {
        for (const channels of [1, 2]) {
          for (const features of [0, 3]) {
            const sizes = { channels, features, targets: 2, inputSize };
            const model = build(settings, sizes);
            const output = model.forward(inputOf(sizes, 2), context(model));
            expect(output.shape).toEqual([2, 2]);
            const sequence = { ...sizes, visits };
            const recurrent = build(settings, sequence);
            expect(recurrent.forward(inputOf(sequence, 2), context(recurrent)).shape).toEqual([2, 3, 2]);
          }
        }
      }
    });
  });

  it.each(encoders)('%s: names the block of its last feature map', (_, settings, inputSize) => {
    tf.tidy(() => {
      const sizes = { ...plain, inputSize, channels: 2 };
      for (const joint_channels of [true, false]) {
        const model = build({ ...settings, joint_channels }, sizes);
        const maps: number[][] = [];
        const output = model.forward(
          inputOf(sizes, 3),
          context(model, {
            probe: (block, _, output) => {
              if (block === model.featureMap) maps.push(output.shape);
              return output;
            },
          }),
        );
        expect(output.shape).toEqual([3, 1]);
        expect(maps).toHaveLength(1);
        expect(maps[0]).toHaveLength(5);
        expect(maps[0]![0]).toBe(joint_channels ? 3 : 6);
      }
    });
  });

  const trained: [string, object, Partial<ScalarSizes>][] = [
    ...encoders.map(([name, settings, inputSize]): [string, object, Partial<ScalarSizes>] => [
      name,
      settings,
      { inputSize },
    ]),
    ...['max', 'mix', 'gated', 'z_adaptive', 'standardized'].map(
      (kind): [string, object, Partial<ScalarSizes>] => [
        `${kind} pooling`,
        { name: 'resnet', ...small, pooling: kind },
        { channels: 2, features: 2 },
      ],
    ),
    ['mlp', { name: 'mlp', hidden: [4, 3] }, { channels: 0, features: 3, targets: 2 }],
    [
      'mlp with relu, without layer norm',
      { name: 'mlp', hidden: [4], activation: 'relu', layer_norm: false },
      { channels: 0, features: 3 },
    ],
    ...(['gru', 'lstm'] as const).map((name): [string, object, Partial<ScalarSizes>] => [
      `${name} of two layers with layer norm, zoneout and reference`,
      { name: 'mlp', recurrence: { name, hidden: 4, layers: 2, layer_norm: true, zoneout: 0.3 } },
      { channels: 0, features: 3, visits: { positions: 4, reference: [0] } },
    ]),
    [
      'an encoder a visit',
      { name: 'resnet', ...small, recurrence: { name: 'gru', hidden: 3 } },
      { features: 2, visits },
    ],
  ];
  it.each(trained)('%s: its gradient agrees with finite differences', (_, settings, more) => {
    const sizes = { ...plain, ...more };
    const model = build(settings, sizes);
    const input = inputOf(sizes, 2);
    const present = sizes.visits && {
      present: tf.tensor2d([1, 0, 1, 1, 1, 1, 1, 0].slice(0, 2 * sizes.visits.positions), [
        2,
        sizes.visits.positions,
      ]),
    };
    const base = context(model);
    const given = { ...input, ...present };
    const output = (weights: readonly tf.Tensor[]) => model.forward(given, { ...base, weights });
    for (const [name, error] of gradientErrors(output, model, base.weights))
      expect(error, name).toBeLessThan(0.02);
  });

  const graphs: [string, Precision, number][] = [
    ['float32', 'float32', 1e-5],
    ['bfloat16', 'bfloat16', 0.05],
  ];
  for (const [label, precision, tolerance] of graphs) {
    it.each(trained)(`%s: gives in a ${label} graph what it gives op by op`, async (_, settings, more) => {
      const sizes = { ...plain, ...more };
      const model = build(settings, sizes);
      const input = inputOf(sizes, 2);
      const run = (fed: ScalarInput, step: tf.Scalar) => {
        const parts = context(model, { training: true, dropout: keyedDropout(3, step) });
        const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) =>
          tf.sum(tf.tanh(model.forward(fed, { ...parts, weights }))),
        )([...parts.weights]);
        return { value, gradient: tf.concat(grads.map(gradient => tf.reshape(gradient, [gradient.size]))) };
      };
      const eager = tf.tidy(() => {
        const { value, gradient } = run(input, tf.scalar(5, 'int32'));
        return { value: value.dataSync()[0]!, gradient: gradient.dataSync() };
      });
      const session = new GraphSession({ precision });
      const given = Object.entries(input) as [keyof ScalarInput, tf.Tensor][];
      const recorded = await session.record(
        'step',
        {
          step: { shape: [], dtype: 'int32' },
          ...Object.fromEntries(
            given.map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
          ),
        },
        ({ step, ...fed }) => ({ outputs: run(fed as ScalarInput, step as tf.Scalar) }),
      );
      const outputs = await recorded.run({
        step: Int32Array.of(5),
        ...Object.fromEntries(given.map(([name, tensor]) => [name, tensor.dataSync() as Float32Array])),
      });
      session.close();
      expect(Math.abs(outputs.value![0]! - eager.value)).toBeLessThan(tolerance * 3);
      const length = Math.hypot(...eager.gradient);
      const apart = Math.hypot(...eager.gradient.map((value, index) => value - outputs.gradient![index]!));
      expect(apart / length).toBeLessThan(precision === 'float32' ? 1e-4 : 0.2);
    });
  }

  it('is told of volumes by a segmentation network with the weights of its run', () => {
    tf.tidy(() => {
      const network = { name: 'plain_unet', features: 2, levels: 2 } as const;
      const sizes = { ...plain, inputSize: [4, 6, 8] as Zyx };
      const model = build({ name: 'unet_volumes', network, structures: 2 }, sizes);
      const segmentation = buildModel(architectureSchema.parse(network), { channels: 1, classes: 3 });
      const names = new Set(model.parameters.map(({ name }) => name));
      for (const { name } of segmentation.parameters) expect(names).toContain(name);

      const { images } = inputOf(sizes, 3) as { images: tf.Tensor5D };
      const own = context(model);
      const byName = new Map(model.parameters.map(({ name }, index) => [name, own.weights[index]!]));
      const [logits] = segmentation.forward(images, {
        ...own,
        weights: segmentation.parameters.map(({ name }) => byName.get(name)!),
      });
      const thousands = tf.div(tf.sum(tf.softmax(logits!), [1, 2, 3]), 1000).arraySync() as number[][];
      const kernel = byName.get('head/output/kernel')!.dataSync();
      const bias = byName.get('head/output/bias')!.dataSync()[0]!;
      // With the first statistics, 0 and 1, the volumes themselves come in.
      const expected = thousands.map(([, a, b]) => a! * kernel[0]! + b! * kernel[1]! + bias);
      const output = model.forward({ images }, own).dataSync();
      expected.forEach((value, row) => void expect(output[row]).toBeCloseTo(value, 4));
    });
  });

  it.each([
    ['batch normalisation', { name: 'resnet', ...small }],
    ['batch normalisation, each channel by itself', { name: 'resnet', ...small, joint_channels: false }],
    [
      'the standardised average',
      { name: 'resnet', ...small, normalization: 'none', pooling: 'standardized' },
    ],
  ])('counts no visit that did not take place in the statistics of %s', (_, settings) => {
    tf.tidy(() => {
      const sizes = { ...plain, channels: 2 };
      const images = normal([3, 1, ...plain.inputSize, 2], 4);
      const seen = (positions: number) => {
        const model = build(
          { ...settings, recurrence: { name: 'none' } },
          { ...sizes, visits: { positions } },
        );
        const missing = tf.zeros([3, positions - 1, ...plain.inputSize, 2]);
        const input = {
          images: positions === 1 ? images : tf.concat([images, missing], 1),
          present: tf.concat([tf.ones([3, 1]), tf.zeros([3, positions - 1])], 1) as tf.Tensor2D,
        };
        const updated = new Map<string, number[]>();
        const output = model.forward(
          input,
          context(model, {
            training: true,
            updateStatistic: ({ name }, value) => void updated.set(name, [...value.dataSync()]),
          }),
        );
        return { first: [...tf.slice(output, [0, 0, 0], [3, 1, 1]).dataSync()], updated };
      };
      const [short, long] = [seen(1), seen(3)];
      expect(long.updated.size).toBeGreaterThan(2);
      for (const [name, values] of short.updated)
        for (const [at, value] of values.entries())
          expect(long.updated.get(name)![at], name).toBeCloseTo(value, 4);
      for (const [at, value] of short.first.entries()) expect(long.first[at]).toBeCloseTo(value, 3);
    });
  });

  it('standardises its average by what it was in the steps before', () => {
    tf.tidy(() => {
      const model = build({ name: 'resnet', ...small, normalization: 'none', pooling: 'standardized' });
      const statistics = cut(model.statistics);
      const updated = new Map<string, number[]>();
      let pooled: tf.Tensor | undefined;
      let maps: tf.Tensor | undefined;
      model.forward(
        inputOf(plain, 4),
        context(model, {
          training: true,
          statistics: [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([4, 4, 9, 9]), tf.tensor1d([1])],
          updateStatistic: ({ name }, value) => void updated.set(name, value.arraySync() as number[]),
          probe: (block, input, output) => {
            if (block === 'pooling') [maps, pooled] = [input, output];
            return output;
          },
        }),
      );
      expect(statistics).toHaveLength(3);
      const average = tf.mean(maps!, [1, 2, 3]).arraySync() as number[][];
      const spreads = [4, 4, 9, 9].map(variance => Math.sqrt(variance + 1e-5));
      for (const [subject, row] of (pooled!.arraySync() as number[][]).entries()) {
        for (const [unit, value] of row.entries())
          expect(value).toBeCloseTo((average[subject]![unit]! - (unit + 1)) / spreads[unit]!, 5);
      }
      // The second batch: an equal share for both; of the variance a third, as the first one, 1, counts as a batch.
      expect(updated.get('pooling/count')).toEqual([2]);
      const means = updated.get('pooling/mean')!;
      const variances = updated.get('pooling/variance')!;
      for (const unit of [0, 1, 2, 3]) {
        const seen = average.map(row => row[unit]!);
        const mean = (unit + 1 + seen.reduce((sum, value) => sum + value, 0) / 4) / 2;
        expect(means[unit]).toBeCloseTo(mean, 5);
        const apart = seen.reduce((sum, value) => sum + (value - unit - 1) * (value - mean), 0) / 4;
        expect(variances[unit]).toBeCloseTo(([4, 4, 9, 9][unit]! * 2 + apart) / 3, 4);
      }
    });
  });

  it('drops a share of the values while training, by seed, step and layer', () => {
    tf.tidy(() => {
      const drop = keyedDropout(7, tf.scalar(11, 'int32'));
      const values = drop('head/0', tf.ones([100, 100]), 0.3).dataSync();
      const kept = values.filter(value => value > 0);
      // The share of 10,000 has a standard deviation of 0.0046.
      expect(Math.abs(kept.length / 1e4 - 0.7)).toBeLessThan(0.02);
      expect(kept.every(value => Math.abs(value - 1 / 0.7) < 1e-6)).toBe(true);
      const others = [
        keyedDropout(8, tf.scalar(11, 'int32'))('head/0', tf.ones([100, 100]), 0.3),
        keyedDropout(7, tf.scalar(12, 'int32'))('head/0', tf.ones([100, 100]), 0.3),
        drop('head/1', tf.ones([100, 100]), 0.3),
      ];
      for (const other of others) expect(other.dataSync()).not.toEqual(values);
      expect(drop('head/0', tf.ones([100, 100]), 0.3).dataSync()).toEqual(values);
    });
  });

  it('drops nothing outside training, and does not train without knowing what to drop', () => {
    tf.tidy(() => {
      const sizes = { ...plain, channels: 0, features: 3 };
      const model = build({ name: 'mlp', dropout: 0.5 }, sizes);
      const input = inputOf(sizes, 4);
      const once = model.forward(input, context(model)).dataSync();
      expect(model.forward(input, context(model)).dataSync()).toEqual(once);
      expect(() => model.forward(input, context(model, { training: true }))).toThrow(/drops values/);
      const dropout = keyedDropout(1, tf.scalar(0, 'int32'));
      expect(model.forward(input, context(model, { training: true, dropout })).dataSync()).not.toEqual(once);
    });
  });

  it.each(['gru', 'lstm'])('%s: a visit that did not take place changes nothing', name => {
    tf.tidy(() => {
      const sizes = { ...plain, channels: 0, features: 2, visits: { positions: 4 } };
      const model = build(
        { name: 'mlp', hidden: [3], recurrence: { name, hidden: 5, layers: 2, zoneout: 0.2 } },
        sizes,
      );
      const features = normal([1, 4, 2], 4);
      const present = tf.tensor2d([1, 0, 1, 0], [1, 4]);
      const other = tf.where(tf.reshape(tf.equal(present, 1), [1, 4, 1]), features, tf.fill([1, 4, 2], 50));
      const run = (values: tf.Tensor) =>
        model.forward({ features: values, present }, context(model)).dataSync();
      const outputs = run(features);
      expect(run(other)).toEqual(outputs);
      expect(outputs[1]).toBe(outputs[0]);
      expect(outputs[2]).not.toBe(outputs[1]);
      // The same visits without the hole between them.
      const short = build(
        { name: 'mlp', hidden: [3], recurrence: { name, hidden: 5, layers: 2, zoneout: 0.2 } },
        { ...sizes, visits: { positions: 2 } },
      );
      const closed = tf.gather(features, tf.tensor1d([0, 2], 'int32'), 1);
      const without = short
        .forward({ features: closed, present: tf.ones([1, 2]) as tf.Tensor2D }, context(short))
        .dataSync();
      expect(without[1]).toBeCloseTo(outputs[2]!, 6);
    });
  });

  it('without memory judges each visit by itself', () => {
    tf.tidy(() => {
      const sizes = { ...plain, channels: 0, features: 2, visits: { positions: 2 } };
      const outputs = (name: string) => {
        const model = build({ name: 'mlp', recurrence: { name } }, sizes);
        return [0, 9].map(first => {
          const features = tf.tensor3d([first, 1, 3, 4], [1, 2, 2]);
          return model.forward({ features }, context(model)).dataSync();
        });
      };
      const [one, other] = outputs('none');
      expect(one![0]).not.toBe(other![0]);
      expect(one![1]).toBe(other![1]);
      const [remembered, otherwise] = outputs('gru');
      expect(remembered![1]).not.toBe(otherwise![1]);
    });
  });

  it('in its frozen parts normalises by the running statistics and leaves them as they are', () => {
    tf.tidy(() => {
      const model = build({ name: 'resnet', ...small, normalization: 'batch' });
      const updated: string[] = [];
      const run = (frozen: ForwardContext['frozen']) =>
        model.forward(
          inputOf(plain, 2),
          context(model, { training: true, frozen, updateStatistic: ({ name }) => updated.push(name) }),
        );
      const frozen = run(frozenIn(model, ['encoder'])).dataSync();
      expect(updated).toEqual([]);
      expect(frozen).toEqual(model.forward(inputOf(plain, 2), context(model)).dataSync());
      run(frozenIn(model, ['encoder/stem']));
      expect(updated.length).toBe(model.statistics.length - 2);
    });
  });
});
