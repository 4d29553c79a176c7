import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinePosteriors, combineValues } from './combine-posteriors.ts';
import { type PredictSlices, predictInStep } from './in-step.ts';

const DEPTH = 12;
/** Two classes, a voxel a slice: the value tells member and slice. */
const value = (member: number, z: number, k: number) => 100 * member + z + k / 2;

/** Hands on slices in groups of the sizes given. */
function member(index: number, sizes: readonly number[], log: string[] = []): PredictSlices {
  return async take => {
    let z = 0;
    for (const size of sizes) {
      await sleep(0);
      log.push(`${index}:${z}`);
      const posteriors = Float32Array.from({ length: 2 * size }, (_, at) =>
        value(index, z + (at % size), Math.floor(at / size)),
      );
      await take(z, size, posteriors);
      z += size;
    }
  };
}
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: DEPTH }).map(parts => {
  const result: number[] = [];
  for (const part of parts) {
    const left = DEPTH - result.reduce((sum, one) => sum + one, 0);
    if (left > 0) result.push(Math.min(part, left));
  }
  const left = DEPTH - result.reduce((sum, one) => sum + one, 0);
  return left > 0 ? [...result, left] : result;
});

describe('members in step', () => {
  it('are joined slice by slice, however each hands on its slices', () =>
    fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 2, maxLength: 4 }), async all => {
        const seen: number[] = [];
        await predictInStep(
          all.map((own, index) => member(index, own)),
          2,
          (z, slices, posteriors) => {
            posteriors.forEach((taken, index) => {
              expect(taken).toHaveLength(2 * slices);
              for (let at = 0; at < slices; at++) {
                expect(taken[at]).toBe(Math.fround(value(index, z + at, 0)));
                expect(taken[slices + at]).toBe(Math.fround(value(index, z + at, 1)));
              }
            });
            for (let at = 0; at < slices; at++) seen.push(z + at);
          },
        );
        expect(seen).toEqual(Array.from({ length: DEPTH }, (_, z) => z));
      }),
      { numRuns: 50 },
    ));

  it('do not run ahead of each other', async () => {
    const log: string[] = [];
    await predictInStep([member(0, [1, 1, 1], log), member(1, [3], log)], 2, () => {});
    expect(log).toEqual(['0:0', '1:0', '0:1', '0:2']);
  });

  it('fail as one, and leave none behind', async () => {
    let ended = false;
    const broken: PredictSlices = async take => {
      await take(0, 1, new Float32Array(2));
      throw new Error('the disk is full');
    };
    const other: PredictSlices = async take => {
      try {
        await member(1, [1, 1, 1])(take);
      } finally {
        ended = true;
      }
    };
    await expect(predictInStep([other, broken], 2, () => {})).rejects.toThrow('the disk is full');
    expect(ended).toBe(true);
    const refusing = predictInStep([member(0, [1]), member(1, [1])], 2, () => {
      throw new Error('not this');
    });
    await expect(refusing).rejects.toThrow('not this');
  });
});

describe('posteriors of an ensemble', () => {
  // Two voxels, three classes.
  const members = [
    Float32Array.of(0.6, 0.2, 0.3, 0.3, 0.1, 0.5),
    Float32Array.of(0.6, 0.5, 0.3, 0.4, 0.1, 0.1),
    Float32Array.of(0.0, 0.5, 1.0, 0.4, 0.0, 0.1),
  ];
  const near = (values: Iterable<number>) => [...values].map(one => Number(one.toFixed(6)));

  it('are the mean, with weights where there are some', () => {
    expect(near(combinePosteriors(members, 2, { method: 'mean', weights: [1, 1, 1] }))).toEqual([
      0.4, 0.4, 0.533333, 0.366667, 0.066667, 0.233333,
    ]);
    expect(near(combinePosteriors(members, 2, { method: 'weighted', weights: [2, 1, 1] }))).toEqual([
      0.45, 0.35, 0.475, 0.35, 0.075, 0.3,
    ]);
  });

  it('are what most members chose, and the mean decides between equals', () => {
    const voted = combinePosteriors(members, 2, { method: 'majority', weights: [1, 1, 1] });
    // In the first voxel two of three choose the background, although the mean prefers the first structure.
    expect(near(voted)).toEqual([0.6, 0.6, 0.383333, 0.091667, 0.016667, 0.308333]);
    const tie = combinePosteriors([members[0]!, members[2]!], 2, { method: 'majority', weights: [1, 1] });
    expect(tie[2]).toBeGreaterThan(tie[0]!);
  });

  it('stay probabilities, and a vote more always wins', () => {
    const posterior = fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
      .filter(own => own.some(one => one > 0.01))
      .map(own => own.map(one => one / own.reduce((sum, other) => sum + other, 0)));
    fc.assert(
      fc.property(
        fc.array(posterior, { minLength: 1, maxLength: 7 }),
        fc.constantFrom('mean' as const, 'majority' as const),
        (all, method) => {
          const given = all.map(own => Float32Array.from(own));
          const joined = combinePosteriors(given, 1, { method, weights: all.map(() => 1) });
          expect(joined.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
          if (method === 'mean') return;
          const votes = [0, 0, 0];
          for (const own of given) votes[own.indexOf(Math.max(...own))]!++;
          const winner = joined.indexOf(Math.max(...joined));
          // Where means differ by a whole, which needs all members to be certain, a vote is no more than that.
          expect(votes[winner]! + 1e-3).toBeGreaterThanOrEqual(Math.max(...votes) - 1e-3);
        },
      ),
    );
  });

  it('of a subject are joined in the same way', () => {
    expect(combineValues([0.2, 0.6, 0.7], { method: 'mean', weights: [1, 1, 1] })).toBeCloseTo(0.5);
    expect(combineValues([0.2, 0.6, 0.7], { method: 'weighted', weights: [2, 1, 1] })).toBeCloseTo(0.425);
    expect(combineValues([0.2, 0.6, 0.7], { method: 'majority', weights: [1, 1, 1] })).toBeCloseTo(0.625);
  });
});
