import { describe, expect, it } from 'vitest';
import type { Predictor } from '../inference/predictor.ts';
import { preparedSubject } from '../pipeline/fixtures/prepared.ts';
import type { PreparedHandle } from '../pipeline/prepare-subjects.ts';
import type { PreparedSubject } from '../pipeline/subject.ts';
import { validateVolumes } from './validate-volumes.ts';

/** A predictor whose classes lie in the image, two slices at a time. */
const predictor = {
  predict: async ({ shape, channels }, take) => {
    const plane = shape[1] * shape[2];
    for (let z = 0; z < shape[0]; z += 2) {
      const size = Math.min(2, shape[0] - z) * plane;
      const posteriors = new Float32Array(3 * size);
      for (let i = 0; i < size; i++) posteriors[channels[0]![z * plane + i]! * size + i] = 1;
      take(z, size / plane, posteriors);
    }
  },
} as Pick<Predictor, 'predict'> as Predictor;

/** Five voxels along z with the classes that are true and those predicted. */
function handle(
  truth: readonly number[],
  predicted: readonly number[],
  changes: Partial<PreparedSubject> = {},
) {
  const made = preparedSubject([truth.length, 1, 1], {
    labels: z => truth[z]!,
    images: [z => predicted[z]!],
  });
  const subject: PreparedSubject = { ...made, ...changes };
  return { id: 's', load: async () => subject } as PreparedHandle;
}
const metrics = async (...handles: PreparedHandle[]) =>
  (await validateVolumes(handles, predictor, ['liver', 'spleen'])).metrics;

describe('validation on whole volumes', () => {
  it('measures the Dice of each structure, and its mean over structures and subjects', async () => {
    // Liver: 2 · 1 / (2 + 1), spleen: 2 · 1 / (1 + 2); in the second subject both are right.
    const first = handle([0, 1, 1, 2, 0], [0, 1, 2, 2, 0]);
    const second = handle([1, 1, 2, 0, 0], [1, 1, 2, 0, 0]);
    expect(await metrics(first, second)).toEqual({
      'Dice/AverageAcrossStructures': expect.closeTo((2 / 3 + 1) / 2, 12),
      'Dice/liver': expect.closeTo((2 / 3 + 1) / 2, 12),
      'Dice/spleen': expect.closeTo((2 / 3 + 1) / 2, 12),
    });
  });

  it('leaves out what lies outside of the mask', async () => {
    const [truth, predicted] = [
      [1, 1, 2, 0, 0],
      [1, 0, 2, 1, 1],
    ];
    const mask = Uint8Array.of(1, 1, 1, 0, 0);
    expect(await metrics(handle(truth!, predicted!))).toMatchObject({ 'Dice/liver': 2 / 5 });
    expect(await metrics(handle(truth!, predicted!, { mask }))).toMatchObject({ 'Dice/liver': 2 / 3 });
  });

  it('leaves out structures that were not drawn, and those that are in neither map', async () => {
    const undrawn = handle([1, 0, 0, 0, 0], [1, 2, 2, 0, 0], { drawn: [true, false] });
    const absent = handle([1, 1, 0, 0, 0], [1, 0, 0, 0, 0]);
    expect(await metrics(undrawn, absent)).toEqual({
      'Dice/AverageAcrossStructures': expect.closeTo((1 + 2 / 3) / 2, 12),
      'Dice/liver': expect.closeTo((1 + 2 / 3) / 2, 12),
      'Dice/spleen': Number.NaN,
    });
  });

  it('shows what was predicted, and stops when it is told to', async () => {
    const kept: number[][] = [];
    const keep = async (_: PreparedSubject, predicted: Uint8Array) => void kept.push([...predicted]);
    await validateVolumes([handle([1, 0, 0, 0, 0], [0, 1, 2, 0, 1])], predictor, ['liver', 'spleen'], {
      keep,
    });
    expect(kept).toEqual([[0, 1, 2, 0, 1]]);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(
      validateVolumes([handle([1], [1])], predictor, ['liver', 'spleen'], { signal }),
    ).rejects.toThrow('stopped');
  });
});
