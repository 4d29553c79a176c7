// Work on whole volumes, timed on request: the counterpart of peers/volumes.py.
import { createInterface } from 'node:readline';
import { type Crop, cropClass, withMargin } from '../../src/evaluation/crop.ts';
import { surfaceDistances } from '../../src/evaluation/surface-distances.ts';
import { connectedComponents } from '../../src/volume/connected-components.ts';
import { boundingBox } from '../../src/volume/distance-transform.ts';
import { readVolume } from '../../src/volume/read.ts';
import { resample } from '../../src/volume/resample.ts';
import { smooth } from '../../src/volume/smooth.ts';
import type { Volume } from '../../src/volume/volume.ts';

interface Files {
  readonly image: string;
  readonly truth: string;
  readonly prediction: string;
  readonly specks: string;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const files: Files = JSON.parse((await lines.next()).value);
const labels = (volume: Volume) => ({ ...volume, data: Uint8Array.from(volume.data) });
const read = await readVolume(files.image);
const image = { ...read, data: Float32Array.from(read.data) };
const truth = labels(await readVolume(files.truth));
const prediction = labels(await readVolume(files.prediction));
const specks = labels(await readVolume(files.specks));

/** Both structures, cut to the box that holds them. */
const both = truth.data.map((value, i) => value | prediction.data[i]!);
const box = withMargin(boundingBox(both, truth.shape)!, truth.shape);
const [cutPrediction, cutTruth] = [prediction, truth].map(({ data, shape }) =>
  cropClass(data, shape, 1, box),
) as [Crop, Crop];

/** Each gives a few numbers by which the peers' results are compared. */
const work: Record<string, () => number[] | Promise<number[]>> = {
  distances: () => {
    const result = surfaceDistances(cutPrediction, cutTruth, [1, 1, 1], 1);
    return [result.hausdorffMm, result.hausdorff95Mm, result.meanDistanceMm];
  },
  component: () => {
    const { sizes } = connectedComponents(specks.data, specks.shape, 6);
    return [sizes.length - 1, sizes.subarray(1).reduce((most, size) => Math.max(most, size), 0)];
  },
  resample: () => summary(resample(image, [0.5, 0.5, 0.5], 'linear')),
  smooth: () => summary(smooth(image, [2, 2, 2])),
  read: async () => summary(await readVolume(files.image)),
};

/** Some voxels spread over the volume. */
function summary({ data, shape: [Z, Y, X] }: Volume): number[] {
  return [0.11, 0.37, 0.5, 0.73].map(
    at => data[Math.floor(at * X) + X * (Math.floor(at * Y) + Y * Math.floor(at * Z))]!,
  );
}

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of lines) {
  const request: { name: string } = JSON.parse(line);
  const began = performance.now();
  const result = await work[request.name]!();
  const milliseconds = performance.now() - began;
  process.stdout.write(`${JSON.stringify({ milliseconds, result })}\n`);
}
