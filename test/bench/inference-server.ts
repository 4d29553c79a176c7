// Prediction of a volume tile by tile, timed on request: the counterpart of peers/monai_inference.py.
import { createInterface } from 'node:readline';
import { architectureSchema } from '../../src/config/schema/architecture.ts';
import { inferenceSchema } from '../../src/config/schema/inference.ts';
import { optimizerSchema } from '../../src/config/schema/optimizer.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { GraphSession } from '../../src/engine/graph-session.ts';
import type { Precision } from '../../src/engine/session.ts';
import { mostProbableClass } from '../../src/inference/postprocessing/most-probable-class.ts';
import { Predictor } from '../../src/inference/predictor.ts';
import { buildModel, parameterCount } from '../../src/models/build-model.ts';
import { LAST } from '../../src/training/learned.ts';
import { buildOptimizer } from '../../src/training/optimizers/build-optimizer.ts';
import { declareVariables } from '../../src/training/training-step.ts';
import type { Zyx } from '../../src/volume/volume.ts';

interface Task {
  readonly shape: Zyx;
  readonly window: Zyx;
  readonly features: number;
  readonly levels: number;
  readonly classes: number;
  readonly threads: number;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { shape, window, features, levels, classes, threads }: Task = JSON.parse((await lines.next()).value);
await openEngine({ threads });
const model = buildModel(architectureSchema.parse({ name: 'plain_unet', features, levels }), {
  channels: 1,
  classes,
});
const optimizer = buildOptimizer(optimizerSchema.parse({ name: 'adamw', learning_rate: 1e-3 }));
const settings = inferenceSchema.parse({ window, overlap: 0.5, blend: 'gaussian', mirror: [] });
const plane = shape[1] * shape[2];
const image = Float32Array.from({ length: shape[0] * plane }, (_, index) => Math.sin(index * 12.9898) * 1.5);

const predictors = new Map<Precision, Predictor>();
function predictorIn(precision: Precision): Predictor {
  const known = predictors.get(precision);
  if (known) return known;
  const session = new GraphSession({ precision, threads });
  declareVariables(session, model, optimizer, { seed: 1, averaged: false });
  const options = { session, model, learned: LAST, channels: 1, classes, cropSize: window, settings };
  const predictor = new Predictor(options);
  predictors.set(precision, predictor);
  return predictor;
}

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ ready: true, parameters: parameterCount(model) });
for await (const line of lines) {
  const { precision }: { precision: Precision } = JSON.parse(line);
  const predictor = predictorIn(precision);
  const labels = new Uint8Array(shape[0] * plane);
  const began = performance.now();
  await predictor.predict({ shape, channels: [image] }, (z, slices, posteriors) => {
    labels.set(mostProbableClass(posteriors, slices * plane), z * plane);
  });
  const milliseconds = performance.now() - began;
  say({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 });
}
process.exit(0);
