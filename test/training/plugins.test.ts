import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun, programMissing, run, writeSmallConfiguration } from './program.ts';

const PLUGIN = `
import * as tf from '@tensorflow/tfjs-core';
import { defineArchitecture, defineLoss, defineMetric, defineTransform } from 'innereye';

export const linear = defineArchitecture({
  name: 'linear',
  build(options, { channels, classes }) {
    const parameter = (name: string, shape: number[], index: number, deviation: number) => ({
      name, shape, index, size: shape.reduce((a, b) => a * b, 1), initial: { kind: 'normal', mean: 0, deviation },
    });
    return {
      parameters: [parameter('kernel', [3, 3, 3, channels, classes], 0, 0.1), parameter('bias', [classes], 1, 0)],
      statistics: [],
      shrinkage: [0, 0, 0],
      multiple: [1, 1, 1],
      forward: (x: tf.Tensor5D, { weights }: { weights: tf.Tensor[] }) =>
        [tf.add(tf.conv3d(x, weights[0] as tf.Tensor5D, 1, 'same'), weights[1]!)],
    };
  },
});
export const brier = defineLoss({
  name: 'brier',
  build: () => ({ probabilities }: { probabilities: tf.Tensor }, { oneHot }: { oneHot: tf.Tensor }) =>
    tf.mean(tf.square(tf.sub(probabilities, oneHot))),
});
export const halved = defineTransform({
  name: 'halved',
  preprocess: sample => ({ ...sample, images: sample.images.map(image => image.map(value => value / 2)) }),
});
export const predicted = defineMetric({
  name: 'PredictedVoxels',
  measure: ({ prediction }) => prediction.reduce((sum, value) => sum + value, 0),
});
`;

describe.skipIf(programMissing)(`a plugin ${programMissing}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-plugins-'));
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '6', '--seed', '5'])).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives a run its own network, loss, transform and metric, and the run predicts', async () => {
    writeFileSync(join(folder, 'own.ts'), PLUGIN);
    const config = await writeSmallConfiguration(folder);
    const text = readFileSync(config, 'utf8')
      .replace(/architecture:.*/, 'architecture: { name: plugin, definition: linear }')
      .replace(/loss:.*/, 'loss: { name: plugin, definition: brier }')
      .replace('preprocessing:\n', 'preprocessing:\n  - plugin: { name: halved }\n')
      .concat('plugins: [./own.ts]\nevaluation: { metrics: [PredictedVoxels] }\n');
    writeFileSync(config, text);
    const outputs = join(folder, 'outputs');
    const { code, stderr } = await run(['train', config, '--set', 'training.epochs=2', '--output', outputs]);
    expect(code, stderr).toBe(0);
    const made = (await onlyRun(outputs))!;
    const metrics = readFileSync(join(made, 'best_validation_epoch/Test/metrics_extended.csv'), 'utf8').split(
      '\n',
    );
    expect(metrics[0]).toMatch(/,PredictedVoxels$/);
    expect(metrics[1]).toMatch(/,\d+(\.\d+)?$/);
    const subject = readFileSync(join(folder, 'data', 'dataset.csv'), 'utf8')
      .split('\n')
      .find(row => /,mr\b/.test(row))!;
    const image = join(folder, 'data', subject.split(',')[1]!);
    const predicted = await run([
      'predict',
      '--model',
      made,
      '--input',
      image,
      '--output',
      join(folder, 'out'),
      '--json',
    ]);
    expect(predicted.code, predicted.stderr).toBe(0);
    expect(JSON.parse(predicted.stdout).files).toHaveLength(1);
  });
});
