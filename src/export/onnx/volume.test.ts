import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LoadedSubject } from '../../dataset/dataset.ts';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import { Random } from '../../foundation/random.ts';
import { segmentSubject } from '../../inference/segment-subject.ts';
import { type Image, predictWindows, type TakeSlices } from '../../inference/sliding-window.ts';
import { preprocessSubject } from '../../pipeline/preprocess.ts';
import { Segmenter } from '../../runs/segmenter.ts';
import { affineFromSpacing, voxelCount, type Zyx } from '../../volume/volume.ts';
import { untrainedModel } from '../fixtures/untrained-model.ts';
import { freezeNetwork } from '../frozen-model.ts';
import { convertGraph } from './convert-graph.ts';
import { writeModelProto } from './model-proto.ts';

const WINDOW: Zyx = [16, 16, 16];

/** A scan that is larger than the window along one axis and smaller along another. */
function scan(): LoadedSubject {
  const shape: Zyx = [20, 37, 13];
  const random = new Random(3, 'scan');
  const image = Float32Array.from(
    { length: voxelCount(shape) },
    (_, at) => Math.sin(at / 50) + random.normal() / 3,
  );
  return { id: 'scan', shape, affine: affineFromSpacing([3, 1, 2]), images: [image], drawn: [] };
}

describe.skipIf(engineMissing)(`a volume ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it.each(['batch', 'instance'])(
    'is segmented alike through ONNX and by the program, with %s normalisation',
    async normalization => {
      const model = untrainedModel(
        { name: 'plain_unet', features: 4, levels: 3, normalization },
        {
          settings: {
            preprocessing: [
              { resample: { spacing_mm: [2, 1.5, 1.5] } },
              { normalize: { method: 'z-score' } },
            ],
            inference: { window: [...WINDOW], overlap: 0.5 },
            training: { precision: 'float32', device: 'cpu' },
          },
        },
      );
      const segmenter = await Segmenter.open(model);
      const own = await segmenter.segment(scan(), { posteriors: true });
      segmenter.close();

      const about = { name: 'test', producerVersion: '0', metadata: {} };
      const frozen = freezeNetwork(model, model.members[0]!, WINDOW);
      const runtime = await InferenceSession.create(writeModelProto(convertGraph(frozen, about)));
      const { settings } = model;
      const predictor = {
        predict: (image: Image, take: TakeSlices) =>
          predictWindows(
            image,
            // The predictor shrinks the window to the smallest size that holds the volume: 13 voxels of 2 mm are 17 of 1.5.
            {
              window: WINDOW,
              shrinkage: [0, 0, 0],
              overlap: 0.5,
              blend: 'gaussian',
              classes: 3,
              batchSize: 1,
            },
            async tiles => {
              const fed = new Tensor('float32', Float32Array.from(tiles), [1, ...WINDOW, 1]);
              return classFirst((await runtime.run({ tiles: fed })).posteriors!.data as Float32Array, 3);
            },
            take,
          ),
      };
      const { channels } = settings.dataset;
      const prepared = preprocessSubject(scan(), settings.preprocessing, channels);
      const through = await segmentSubject(prepared, predictor, {
        structures: ['liver', 'kidneys'],
        postprocessing: [],
        posteriors: true,
      });
      await runtime.release();

      const furthest = own.posteriors!.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - through.posteriors![at]!)),
        0,
      );
      expect(furthest).toBeLessThan(1e-4);
      expect(through.labels).toEqual(own.labels);
      expect(new Set(own.labels).size).toBeGreaterThan(1);
    },
  );
});

/** `[z, y, x, class]` as `[class, z, y, x]`. */
function classFirst(posteriors: Float32Array, classes: number): Float32Array {
  const voxels = posteriors.length / classes;
  return Float32Array.from(
    posteriors,
    (_, at) => posteriors[(at % voxels) * classes + Math.floor(at / voxels)]!,
  );
}
