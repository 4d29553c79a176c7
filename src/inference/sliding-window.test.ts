import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Zyx } from '../volume/volume.ts';
import { predictWindows, type WindowSettings } from './sliding-window.ts';
import { blendProfile, tileCorners, tileStarts } from './tiles.ts';

const settings = (changes: Partial<WindowSettings>): WindowSettings => ({
  window: [4, 4, 4],
  shrinkage: [0, 0, 0],
  overlap: 0.5,
  blend: 'gaussian',
  classes: 2,
  batchSize: 1,
  ...changes,
});

/** Runs a network that gives each voxel's own intensity v as posteriors [1 − v, v]. */
async function echo(shape: Zyx, values: Float32Array, used: WindowSettings): Promise<Float32Array[]> {
  const voxels = shape[0] * shape[1] * shape[2];
  const plane = shape[1] * shape[2];
  const posteriors = [new Float32Array(voxels), new Float32Array(voxels)];
  const seen = new Set<number>();
  const margin = used.shrinkage.map(value => value / 2);
  const output = used.window.map((extent, axis) => extent - used.shrinkage[axis]!) as unknown as Zyx;
  await predictWindows(
    { shape, channels: [values] },
    used,
    async tiles => {
      const size = used.window[0] * used.window[1] * used.window[2];
      const result = new Float32Array(used.batchSize * output[0] * output[1] * output[2] * 2);
      const outputVoxels = output[0] * output[1] * output[2];
      for (let b = 0; b < used.batchSize; b++)
        for (let z = 0; z < output[0]; z++)
          for (let y = 0; y < output[1]; y++)
            for (let x = 0; x < output[2]; x++) {
              const at =
                ((z + margin[0]!) * used.window[1] + y + margin[1]!) * used.window[2] + x + margin[2]!;
              const value = tiles[b * size + at]!;
              const to = (z * output[1] + y) * output[2] + x;
              result[2 * b * outputVoxels + to] = 1 - value;
              result[(2 * b + 1) * outputVoxels + to] = value;
            }
      return result;
    },
    (z, slices, taken) => {
      for (let slice = z; slice < z + slices; slice++) {
        expect(seen.has(slice)).toBe(false);
        seen.add(slice);
      }
      for (const k of [0, 1])
        posteriors[k]!.set(taken.subarray(k * slices * plane, (k + 1) * slices * plane), z * plane);
    },
  );
  expect(seen.size).toBe(shape[0]);
  return posteriors;
}

describe('tiles', () => {
  it('cover an axis from its first to its last voxel, no further apart than the step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (length, window, share) => {
          const step = Math.max(1, Math.round(window * share));
          const starts = tileStarts(length, window, step);
          expect(starts[0]).toBe(0);
          if (length > window) expect(starts.at(-1)! + window).toBe(length);
          starts.slice(1).forEach((start, index) => {
            expect(start - starts[index]!).toBeGreaterThan(0);
            expect(start - starts[index]!).toBeLessThanOrEqual(step);
          });
        },
      ),
    );
  });

  it('come with rising z', () => {
    const z = tileCorners([9, 6, 6], [4, 4, 4], [2, 2, 2]).map(([first]) => first);
    expect(z).toEqual([...z].sort((a, b) => a - b));
  });

  it('weigh most in their middle', () => {
    const profile = blendProfile(8, 'gaussian');
    expect(profile[3]).toBeCloseTo(profile[4]!, 6);
    expect(profile[0]!).toBeLessThan(profile[3]! / 100);
    expect(Math.min(...profile)).toBeGreaterThan(0);
  });
});

describe('prediction by tiles', () => {
  it('gives every voxel what the network says of it, for every size, overlap, blend and shrinkage', async () => {
    const even = fc.constantFrom(0, 2, 4);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
        ),
        fc.tuple(even, even, even),
        fc.constantFrom('gaussian', 'constant', 'crop'),
        fc.constantFrom(0, 0.25, 0.5, 0.75),
        fc.integer({ min: 1, max: 3 }),
        async (shape, shrinkage, blend, overlap, batchSize) => {
          const window = shrinkage.map((voxels, axis) => voxels + 3 + axis) as unknown as Zyx;
          const voxels = shape[0] * shape[1] * shape[2];
          const values = Float32Array.from({ length: voxels }, (_, index) => ((index * 7919) % 101) / 100);
          const [background, foreground] = await echo(
            shape as Zyx,
            values,
            settings({
              window,
              shrinkage: shrinkage as unknown as Zyx,
              blend: blend as 'gaussian',
              overlap,
              batchSize,
            }),
          );
          values.forEach((value, index) => {
            expect(Math.abs(foreground![index]! - value)).toBeLessThan(1e-5);
            expect(Math.abs(background![index]! - (1 - value))).toBeLessThan(1e-5);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  const image = { shape: [12, 4, 4] as Zyx, channels: [new Float32Array(12 * 16)] };
  const answer = () => new Float32Array(2 * 64).fill(0.5);

  it('has at most two batches with the network, and none new while slices wait to be taken', async () => {
    let begun = 0;
    let inFlight = 0;
    let most = 0;
    await predictWindows(
      image,
      settings({}),
      async () => {
        begun++;
        most = Math.max(most, ++inFlight);
        await new Promise(resolve => setImmediate(resolve));
        inFlight--;
        return answer();
      },
      async () => {
        const before = begun;
        for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
        expect(begun).toBe(before);
      },
    );
    expect(begun).toBe(5);
    expect(most).toBe(2);
  });

  it.each([1, 2, 5])('fails as prediction %i does, after those that run have ended', async failing => {
    let begun = 0;
    let ended = 0;
    const predicting = predictWindows(
      image,
      settings({}),
      async () => {
        const own = ++begun;
        await new Promise(resolve => setImmediate(resolve));
        ended++;
        if (own === failing) throw new Error(`prediction ${own}`);
        return answer();
      },
      () => {},
    );
    await expect(predicting).rejects.toThrow(`prediction ${failing}`);
    expect(ended).toBe(begun);
  });
});
