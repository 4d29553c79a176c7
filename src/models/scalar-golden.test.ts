import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scalarArchitectureSchema } from '../config/schema/scalar-architecture.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import type { Zyx } from '../volume/volume.ts';
import type { ScalarSizes } from './architectures/scalar-network.ts';
import { parameterCount } from './build-model.ts';
import { buildScalarModel } from './build-scalar-model.ts';
import type { ScalarModel } from './model.ts';
import type { Parameter } from './parameters.ts';

interface Golden {
  readonly parameters: number;
  readonly output: readonly number[];
}
const goldens = JSON.parse(
  readFileSync(new URL('fixtures/scalar-networks.json', import.meta.url), 'utf8'),
) as { cases: Record<string, Golden> };

/** The formula of scripts/goldens/scalar-networks.py: numbers in [−1, 1). */
function numbers(count: number, key: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const u = Math.sin(12.9898 * (index + 1) + 78.233 * key) * 43758.5453;
    return 2 * (u - Math.floor(u)) - 1;
  });
}

function weightOf({ name, shape, size, index }: Parameter): tf.Tensor {
  const values = numbers(size, index + 1);
  const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  const rule = (value: number) => {
    if (shape.length > 1) return value * Math.sqrt(2 / fanIn);
    return value * 0.2 + (name.endsWith('/scale') ? 1 : 0);
  };
  return tf.tensor(values.map(rule), [...shape]);
}

interface Case {
  readonly settings: object;
  readonly size?: Zyx;
  readonly channels?: number;
  readonly features?: number;
  readonly targets?: number;
  readonly batch?: number;
  readonly visits?: ScalarSizes['visits'];
  /** Class numbers instead of intensities. */
  readonly labels?: number;
}

const withoutDropout = { head: { dropout: 0 } };
const innereye = (kind: string): Case => ({
  settings: { name: 'image_encoder', features: 3, blocks: 3, pooling: kind, ...withoutDropout },
  size: [3, 90, 92],
  channels: 2,
  features: 2,
});
const recurrent = (recurrence: object, reference?: number[]): Case => ({
  settings: { name: 'mlp', hidden: [], recurrence: { hidden: 6, ...recurrence } },
  channels: 0,
  features: 5,
  targets: 2,
  batch: 3,
  visits: { positions: 4, ...(reference && { reference }) },
});

const cases: Record<string, Case> = {
  ...Object.fromEntries(
    ['average', 'max', 'mix', 'gated', 'z_adaptive'].map(kind => [
      `image_encoder, ${kind} pooling, channels by themselves, features`,
      innereye(kind),
    ]),
  ),
  'image_encoder, channels together': {
    settings: { name: 'image_encoder', features: 4, blocks: 3, joint_channels: true, ...withoutDropout },
    size: [2, 45, 46],
    channels: 2,
  },
  "image_encoder of InnerEye's default size": {
    settings: { name: 'image_encoder', ...withoutDropout },
    size: [1, 91, 91],
  },
  "image_encoder of InnerEye's default size, 7 features": {
    settings: { name: 'image_encoder', ...withoutDropout },
    size: [1, 123, 123],
    features: 7,
  },
  glaucoma_net: { settings: { name: 'glaucoma_net' }, size: [9, 12, 11] },
  'resnet, instance': {
    settings: { name: 'resnet', features: 4, blocks: [1, 2], normalization: 'instance' },
    size: [8, 10, 9],
  },
  'resnet, batch, with pooled stem': {
    settings: {
      name: 'resnet',
      features: 4,
      blocks: [1, 1, 1],
      stem: { kernel_size: 7, stride: 2, pool: true },
      normalization: 'batch',
    },
    size: [16, 20, 18],
    channels: 2,
  },
  'ResNet-18': {
    settings: {
      name: 'resnet',
      features: 64,
      blocks: [2, 2, 2, 2],
      stem: { kernel_size: 7, stride: 2, pool: true },
      normalization: 'batch',
    },
    size: [32, 32, 32],
    targets: 3,
  },
  densenet: {
    settings: {
      name: 'densenet',
      features: 4,
      growth: 3,
      blocks: [2, 2],
      stem: { kernel_size: 3, stride: 1, pool: true },
      normalization: 'batch',
    },
    size: [16, 16, 16],
  },
  'DenseNet-121': {
    settings: {
      name: 'densenet',
      features: 64,
      growth: 32,
      blocks: [6, 12, 24, 16],
      stem: { kernel_size: 7, stride: 2, pool: true },
      normalization: 'batch',
    },
    size: [64, 64, 64],
    targets: 2,
  },
  segmentation_encoder: {
    settings: { name: 'segmentation_encoder', ...withoutDropout },
    size: [8, 16, 32],
    labels: 10,
  },
  gru: recurrent({ name: 'gru' }),
  'gru, two layers, reference': recurrent({ name: 'gru', layers: 2 }, [0, 2]),
  'gru, layer norm': recurrent({ name: 'gru', layers: 2, layer_norm: true }),
  'lstm, two layers': recurrent({ name: 'lstm', layers: 2 }),
};

const build = ({ settings, size = [1, 1, 1], channels = 1, features = 0, targets = 1, visits }: Case) =>
  buildScalarModel(scalarArchitectureSchema.parse(settings), {
    channels,
    features,
    targets,
    inputSize: size,
    ...(visits && { visits }),
  });

function outputOf(model: ScalarModel, one: Case): Float32Array {
  const { size = [1, 1, 1], channels = 1, features = 0, batch = 2, visits, labels } = one;
  const rows = [batch, ...(visits ? [visits.positions] : [])];
  const input = (shape: number[], key: number) => {
    const values = numbers(tf.util.sizeFromShape(shape), key);
    return tf.tensor(labels ? values.map(v => Math.floor(((v + 1) / 2) * labels)) : values, shape);
  };
  return tf.tidy(() => {
    const output = model.forward(
      {
        ...(channels > 0 && { images: input([...rows, ...size, channels], -1) }),
        ...(features > 0 && { features: input([...rows, features], -2) }),
      },
      {
        training: true,
        weights: model.parameters.map(weightOf),
        statistics: model.statistics.map(({ shape }) => tf.zeros([...shape])),
        updateStatistic: () => {},
      },
    );
    return output.dataSync() as Float32Array;
  });
}

describe('the networks of classification', () => {
  it('are all compared with PyTorch', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(goldens.cases).sort());
  });

  it.each(Object.keys(cases))("%s: has as many weights as PyTorch's", name => {
    expect(parameterCount(build(cases[name]!))).toBe(goldens.cases[name]!.parameters);
  });
});

describe.skipIf(engineMissing)(`the networks of classification ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  const small = Object.keys(cases).filter(name => goldens.cases[name]!.output.length > 0);
  it.each(small)("%s: gives PyTorch's output for the same weights", name => {
    const model = build(cases[name]!);
    const output = outputOf(model, cases[name]!);
    const expected = goldens.cases[name]!.output;
    expect(output).toHaveLength(expected.length);
    // PyTorch's are in double precision, ours in single.
    const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    for (const [index, value] of expected.entries())
      expect(Math.abs(output[index]! - value) / scale).toBeLessThan(1e-4);
  });
});
