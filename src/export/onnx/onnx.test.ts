import { InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordFrozen } from '../../engine/frozen-graph.ts';
import { GraphSession } from '../../engine/graph-session.ts';
import type { Session } from '../../engine/session.ts';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import { Random } from '../../foundation/random.ts';
import { posteriorsOf } from '../../inference/predictor.ts';
import type { PredictingModel } from '../../runs/predicting-model.ts';
import { modelOf } from '../../runs/trained-model.ts';
import { unflatten } from '../../training/flat-weights.ts';
import { untrainedModel } from '../fixtures/untrained-model.ts';
import { freezeNetwork } from '../frozen-model.ts';
import { convertGraph } from './convert-graph.ts';
import { writeModelProto } from './model-proto.ts';

const about = { name: 'test', producerVersion: '0', metadata: { notice: 'for a test' } };
const toOnnx = (model: PredictingModel, window: readonly [number, number, number]): Buffer =>
  writeModelProto(convertGraph(freezeNetwork(model, model.members[0]!, window), about));

const architectures = {
  unet3d: { name: 'unet3d', features: 2 },
  unet2d: { name: 'unet2d', features: 2 },
  basic: { name: 'basic', features: [3, 3, 3, 3, 3, 3, 3, 3] },
  'plain_unet, batch': { name: 'plain_unet', features: 3, levels: 3, normalization: 'batch' },
  'plain_unet, instance': { name: 'plain_unet', features: 3, levels: 3, normalization: 'instance' },
  residual_unet: { name: 'residual_unet', features: 3, levels: 3, normalization: 'instance' },
} as const;

let recorded = 0;

/** Posteriors as the predictor computes them here, on TensorFlow. */
async function expected(
  session: Session,
  model: PredictingModel,
  tiles: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const network = modelOf(model.settings, new Map());
  const { settings } = model;
  const member = model.members[0]!;
  const name = `${recorded++}`;
  session.variable(`${name}w`, [member.weights.length], member.weights);
  if (member.statistics) session.variable(`${name}s`, [member.statistics.length], member.statistics);
  const run = await session.record(name, { tiles: { shape, dtype: 'float32' } }, (feeds, variables) => ({
    outputs: {
      posteriors: posteriorsOf(
        network,
        {
          weights: unflatten(network.parameters, variables[`${name}w`]),
          statistics: unflatten(network.statistics, variables[`${name}s`]),
        },
        feeds.tiles!,
        settings.inference.mirror,
      ),
    },
  }));
  return (await run.run({ tiles })).posteriors!;
}

describe.skipIf(engineMissing)(`a network as ONNX ${engineMissing}`, () => {
  let session: Session;
  beforeAll(async () => {
    await openTestEngine();
    session = new GraphSession({ precision: 'float32', device: 'cpu' });
  });
  afterAll(() => session.close());

  it.each(Object.entries(architectures))(
    'computes what %s computes, for another batch and size than recorded',
    async (_, architecture) => {
      const model = untrainedModel(architecture, {
        mirror: ['x'],
        gain: architecture.name === 'basic' ? 6 : 1,
      });
      const onnx = toOnnx(model, [32, 32, 32]);
      const runtime = await InferenceSession.create(onnx);
      // The basic network takes any size; it is slow, as its output is 28 voxels smaller.
      const shape = architecture.name === 'basic' ? [2, 31, 30, 32, 1] : [2, 48, 32, 16, 1];
      const random = new Random(1, 'tiles');
      const tiles = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal());
      const wanted = await expected(session, model, tiles, shape);
      const { posteriors } = await runtime.run({ tiles: new Tensor('float32', tiles, shape) });
      const found = posteriors!.data as Float32Array;
      expect(found.length).toBe(wanted.length);
      const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
      expect(furthest).toBeLessThan(1e-4);
      // The network says different things of different voxels, so that equal answers mean something.
      expect(new Set(wanted.map(value => Math.round(value * 1e4))).size).toBeGreaterThan(20);
      await runtime.release();
    },
  );

  it('says which op has no translation', () => {
    const frozen = recordFrozen(
      { tiles: { shape: [1, 2, 2, 2, 1], dtype: 'float32' } },
      new Map(),
      ({ tiles }) => ({ posteriors: tiles!.sin() }),
    );
    expect(() => convertGraph(frozen, about)).toThrow('Sin has no translation to ONNX');
  });
});
