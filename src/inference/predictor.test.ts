import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { inferenceSchema } from '../config/schema/inference.ts';
import { EagerSession } from '../engine/eager-session.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import type { SegmentationModel } from '../models/model.ts';
import { LAST } from '../training/learned.ts';
import type { Zyx } from '../volume/volume.ts';
import { Predictor } from './predictor.ts';

const shape: Zyx = [2, 3, 4];
const place = (i: number): Zyx => [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
/** Differs along each axis in its own way, so that every mirroring shows. */
const ramp = ([z, y, x]: Zyx) => 0.9 * z - 0.35 * y * y + 0.2 * x ** 1.5;
const image = Float32Array.from({ length: 24 }, (_, i) => ((i * 7) % 11) / 5 - 1);

/** Its second class has the logit `image · ramp`: what it says depends on where a voxel is. */
const model: SegmentationModel = {
  parameters: [],
  statistics: [],
  shrinkage: [0, 0, 0],
  multiple: [1, 1, 1],
  forward: input => {
    const positions = tf.tensor5d(
      Array.from({ length: 24 }, (_, i) => ramp(place(i))),
      [1, ...shape, 1],
    );
    const logit = tf.mul(input, positions);
    return [tf.concat([tf.zerosLike(logit), logit], 4) as tf.Tensor5D];
  },
};

/** The posterior of the second class by the definition: the mean over all mirrorings, each turned back. */
function expected(axes: readonly number[]): number[] {
  const mirrored = (at: Zyx, axis: readonly number[]) =>
    at.map((value, a) => (axis.includes(a) ? shape[a]! - 1 - value : value)) as unknown as Zyx;
  // The bits of a number say which axes are mirrored.
  const subsets = Array.from({ length: 2 ** axes.length }, (_, bits) =>
    axes.filter((_, index) => (bits >> index) & 1),
  );
  return Array.from(image, (value, i) => {
    const posteriors = subsets.map(set => 1 / (1 + Math.exp(-value * ramp(mirrored(place(i), set)))));
    return posteriors.reduce((sum, posterior) => sum + posterior, 0) / posteriors.length;
  });
}

describe.skipIf(engineMissing)(`a predictor ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  const names = ['z', 'y', 'x'] as const;
  it.each([[], ['z'], ['y'], ['x'], ['z', 'x'], ['z', 'y', 'x']] as ('z' | 'y' | 'x')[][])(
    'mirrors along %s %s %s and turns back',
    async (...mirror) => {
      const session = new EagerSession();
      session.variable('weights', [0], new Float32Array(0));
      const predictor = new Predictor({
        session,
        model,
        learned: LAST,
        channels: 1,
        classes: 2,
        cropSize: shape,
        settings: inferenceSchema.parse({ mirror, batch_size: 1 }),
      });
      let posteriors = new Float32Array();
      await predictor.predict({ shape, channels: [image] }, (z, slices, taken) => {
        expect([z, slices]).toEqual([0, 2]);
        posteriors = taken.slice(24);
      });
      expected(mirror.map(axis => names.indexOf(axis))).forEach((wanted, i) => {
        expect(posteriors[i]).toBeCloseTo(wanted, 5);
      });
      predictor.close();
      session.close();
    },
  );

  it('takes the smallest valid window that holds a small volume', () => {
    const options = { learned: LAST, channels: 1, classes: 2, session: new EagerSession() };
    const predictor = new Predictor({
      ...options,
      model: { ...model, shrinkage: [4, 0, 0], multiple: [8, 4, 1] },
      cropSize: [32, 16, 10],
      settings: inferenceSchema.parse({}),
    });
    expect(predictor.windowFor([100, 100, 100])).toEqual([32, 16, 10]);
    expect(predictor.windowFor([13, 5, 7])).toEqual([24, 8, 7]);
  });
});
