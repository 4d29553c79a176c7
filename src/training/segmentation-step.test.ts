import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { Random } from '../foundation/random.ts';
import type { SegmentationModel } from '../models/model.ts';
import { segmentationStep } from './segmentation-step.ts';

const BATCH = 2;
const CROP = 6;
/** Voxels that the network's output is smaller than its input along each axis. */
const SHRINKAGE = 2;
const CLASSES = 3;

describe.skipIf(engineMissing)(`the counts of a crop ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  const model = { shrinkage: [SHRINKAGE, SHRINKAGE, SHRINKAGE] } as unknown as SegmentationModel;
  const inner = CROP - SHRINKAGE;
  const random = new Random(3);
  const labels = Int32Array.from({ length: BATCH * CROP ** 3 }, () => random.below(CLASSES));
  const mask = Float32Array.from(labels, () => (random.uniform() < 0.7 ? 1 : 0));
  const logits = Float32Array.from({ length: BATCH * inner ** 3 * CLASSES }, () => random.uniform());

  it.each([true, false])('are right, predicted and true voxels of each class (mask: %s)', masked => {
    const right = new Float32Array(CLASSES);
    const predicted = new Float32Array(CLASSES);
    const truth = new Float32Array(CLASSES);
    for (let voxel = 0; voxel < BATCH * inner ** 3; voxel++) {
      const [x, y, z] = [
        voxel % inner,
        Math.floor(voxel / inner) % inner,
        Math.floor(voxel / inner ** 2) % inner,
      ];
      const sample = Math.floor(voxel / inner ** 3);
      const source = ((sample * CROP + z + 1) * CROP + y + 1) * CROP + x + 1;
      if (masked && mask[source] === 0) continue;
      const values = [...logits.subarray(voxel * CLASSES, (voxel + 1) * CLASSES)];
      const choice = values.indexOf(Math.max(...values));
      const label = labels[source]!;
      predicted[choice]!++;
      truth[label]!++;
      if (choice === label) right[label]!++;
    }

    const step = segmentationStep(model, () => tf.scalar(0), {
      ...{ crop: [CROP, CROP, CROP], batchSize: BATCH, channels: 1, structures: ['one', 'two'] },
      ...{ masked, incomplete: false },
    });
    const shape: [number, number, number, number] = [BATCH, CROP, CROP, CROP];
    const fed = {
      labels: tf.tensor4d(labels, shape, 'int32'),
      ...(masked && { mask: tf.tensor4d(mask, shape) }),
    };
    const output = tf.tensor5d(logits, [BATCH, inner, inner, inner, CLASSES]);
    expect(step.counts(output, fed).dataSync()).toEqual(Float32Array.of(...right, ...predicted, ...truth));
  });
});
