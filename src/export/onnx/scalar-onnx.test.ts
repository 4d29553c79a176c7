import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import { Random } from '../../foundation/random.ts';
import { loadScalar } from '../../runs/scalar/open-scalar-run.ts';
import type { LearnedScalar } from '../../runs/scalar/scalar-model.ts';
import { untrainedScalar } from '../fixtures/untrained-scalar.ts';
import { freezeScalar, OUTPUTS } from '../frozen-scalar.ts';
import { convertGraph } from './convert-graph.ts';
import { writeModelProto } from './model-proto.ts';

const about = { name: 'test', producerVersion: '0', metadata: {} };
const BATCH = 2;

const architectures = {
  'resnet, average, a head': { name: 'resnet', features: 3, blocks: [1, 1], head: { hidden: [5] } },
  'resnet, max, channels apart': {
    name: 'resnet',
    features: 3,
    blocks: [1, 1],
    pooling: 'max',
    joint_channels: false,
  },
  'resnet, gated, pooling stem': {
    name: 'resnet',
    features: 3,
    blocks: [1, 1],
    pooling: 'gated',
    stem: { pool: true, stride: 2 },
  },
  'resnet, z_adaptive, instance': {
    name: 'resnet',
    features: 3,
    blocks: [1, 1],
    pooling: 'z_adaptive',
    normalization: 'instance',
  },
  'densenet, mix': { name: 'densenet', features: 4, growth: 3, blocks: [1, 2], pooling: 'mix' },
  image_encoder: { name: 'image_encoder', features: 3, blocks: 2, reduction: 1 },
  'image_encoder, padded': {
    name: 'image_encoder',
    features: 3,
    blocks: 2,
    padding: 'zero',
    head: { activation: 'relu' },
  },
  glaucoma_net: { name: 'glaucoma_net', features: 3 },
  segmentation_encoder: { name: 'segmentation_encoder', classes: 3 },
  'unet_encoder, plain': { name: 'unet_encoder', network: { name: 'plain_unet', features: 3, levels: 3 } },
  'unet_encoder, unet2d': { name: 'unet_encoder', network: { name: 'unet2d', features: 3, levels: 3 } },
  mlp: { name: 'mlp', hidden: [6] },
} as const;

/** What the network says of a batch of subjects: through ONNX, and here on TensorFlow one by one. */
async function bothWays(member: LearnedScalar): Promise<{ onnx: Float32Array; here: number[] }> {
  const graph = freezeScalar(member);
  const runtime = await InferenceSession.create(writeModelProto(convertGraph(graph, about, { sized: true })));
  const random = new Random(1, 'subjects');
  const given = Object.fromEntries(
    Object.entries(graph.feeds).map(([name, node]) => {
      const [, ...shape] = node.outputs[0]!.shape;
      const size = shape.reduce((product, length) => product * length, 1);
      return [
        name,
        { shape, size, values: Float32Array.from({ length: BATCH * size }, () => 2 * random.uniform()) },
      ];
    }),
  );
  const feeds = Object.fromEntries(
    Object.entries(given).map(([name, { shape, values }]) => [
      name,
      new Tensor('float32', values, [BATCH, ...shape]),
    ]),
  );
  const onnx = (await runtime.run(feeds))[OUTPUTS]!.data as Float32Array;
  await runtime.release();
  const loaded = await loadScalar(member);
  try {
    const here: number[] = [];
    for (let subject = 0; subject < BATCH; subject++) {
      const own = Object.fromEntries(
        Object.entries(given).map(([name, { size, values }]) => [
          name,
          values.slice(subject * size, (subject + 1) * size),
        ]),
      );
      const output = await loaded.predictor.predict(own);
      member.facts.targets.forEach(({ mean, deviation }, index) => {
        here.push(output[index]! * deviation + mean);
      });
    }
    return { onnx, here };
  } finally {
    loaded.close();
  }
}

describe.skipIf(engineMissing)(`a network of subjects as ONNX ${engineMissing}`, () => {
  beforeAll(() => openTestEngine());

  it.each(Object.entries(architectures))(
    'computes what %s computes, for a batch of several',
    async (_, network) => {
      const { onnx, here } = await bothWays(await untrainedScalar(network, { settings: PRECISE }));
      expect(onnx).toHaveLength(here.length);
      for (const [index, value] of here.entries()) expect(onnx[index]).toBeCloseTo(value, 5);
      // Subjects are told apart, so that their order in the batch counts.
      expect(Math.abs(here[0]! - here.at(-1)!)).toBeGreaterThan(1e-6);
    },
  );

  it('gives numbers in the units of their targets, and posteriors of classes that exclude each other', async () => {
    const dataset = { features: { numerical: ['age'], categorical: ['sex'] } };
    const regression = await untrainedScalar(architectures.mlp, {
      settings: {
        ...PRECISE,
        task: 'regression',
        dataset: { ...dataset, targets: { columns: ['ml', 'mm'] } },
      },
    });
    const numbers = await bothWays(regression);
    for (const [index, value] of numbers.here.entries()) expect(numbers.onnx[index]).toBeCloseTo(value, 5);
    const targets = { column: 'stage', kind: 'exclusive', classes: ['a', 'b', 'c'], values: ['a', 'b', 'c'] };
    const classes = await bothWays(
      await untrainedScalar(architectures.mlp, {
        settings: { ...PRECISE, dataset: { ...dataset, targets } },
      }),
    );
    for (const [index, value] of classes.here.entries()) expect(classes.onnx[index]).toBeCloseTo(value, 5);
    expect(classes.onnx[0]! + classes.onnx[1]! + classes.onnx[2]!).toBeCloseTo(1, 5);
  });
});

const PRECISE = { training: { precision: 'float32', device: 'cpu' } };
