import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PreparedGrid } from '../pipeline/restore.ts';
import { applyAffine, composeAffines, invertAffine } from '../volume/affine.ts';
import { canonicalGrid } from '../volume/orientation.ts';
import { type Affine, affineFromSpacing, voxelCount, type Zyx } from '../volume/volume.ts';
import { restoredSlices } from './restored-slices.ts';

/** Hands over posteriors so many slices at a time, and puts together what comes back. */
async function restoreAll(prepared: PreparedGrid, posteriors: readonly Float32Array[], together: number) {
  const { shape } = canonicalGrid(prepared.original);
  const plane = shape[1] * shape[2];
  const result = posteriors.map(() => new Float32Array(voxelCount(shape)).fill(Number.NaN));
  const order: number[] = [];
  const take = restoredSlices(prepared, posteriors.length, (z, slices, taken) => {
    for (let slice = 0; slice < slices; slice++) order.push(z + slice);
    result.forEach((whole, k) => {
      whole.set(taken.subarray(k * slices * plane, (k + 1) * slices * plane), z * plane);
    });
  });
  const area = prepared.shape[1] * prepared.shape[2];
  for (let z = 0; z < prepared.shape[0]; z += together) {
    const slices = Math.min(together, prepared.shape[0] - z);
    const part = new Float32Array(posteriors.length * slices * area);
    posteriors.forEach((data, k) => {
      part.set(data.subarray(z * area, (z + slices) * area), k * slices * area);
    });
    await take(z, slices, part);
  }
  return { result, order };
}

/** Trilinear interpolation at a voxel's place in the prepared volume, whose border goes on outside. */
function expected({ shape, affine, original }: PreparedGrid, data: Float32Array): Float32Array {
  const canonical = canonicalGrid(original);
  const map = composeAffines(invertAffine(affine), canonical.affine);
  const [Z, Y, X] = canonical.shape;
  const at = ([z, y, x]: Zyx) => {
    const place = [...applyAffine(map, [x, y, z])].reverse();
    let sum = 0;
    for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
      let weight = 1;
      let index = 0;
      for (const axis of [0, 1, 2]) {
        const inside = Math.min(Math.max(place[axis]!, 0), shape[axis]! - 1);
        const upper = (corner >> axis) & 1;
        weight *= upper ? inside - Math.floor(inside) : 1 - (inside - Math.floor(inside));
        index = index * shape[axis]! + Math.min(Math.floor(inside) + upper, shape[axis]! - 1);
      }
      sum += weight * data[index]!;
    }
    return sum;
  };
  const result: number[] = [];
  for (let z = 0; z < Z; z++)
    for (let y = 0; y < Y; y++) for (let x = 0; x < X; x++) result.push(at([z, y, x]));
  return Float32Array.from(result);
}

/** A prepared grid as `resample` makes it: rounded size, the same first voxel. */
function preparedFrom(shape: Zyx, spacing: Zyx, old: Zyx): PreparedGrid {
  const size = shape.map((n, axis) => Math.max(1, Math.round((n * old[axis]!) / spacing[axis]!)));
  return {
    shape: size as unknown as Zyx,
    affine: affineFromSpacing(spacing, [5, -3, 8]),
    original: { shape, affine: affineFromSpacing(old, [5, -3, 8]) },
  };
}

const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => ((i * 7919 + seed * 104729) % 1009) / 1009);

async function compare(prepared: PreparedGrid, together: number): Promise<void> {
  const posteriors = [0, 1, 2].map(k => noise(voxelCount(prepared.shape), k));
  const { result, order } = await restoreAll(prepared, posteriors, together);
  const depth = canonicalGrid(prepared.original).shape[0];
  expect(order).toEqual(Array.from({ length: depth }, (_, z) => z));
  result.forEach((restored, k) => {
    const wanted = expected(prepared, posteriors[k]!);
    restored.forEach((value, index) => {
      expect(Math.abs(value - wanted[index]!)).toBeLessThan(1e-5);
    });
  });
}

describe('posteriors that are brought back to the grid of their file', () => {
  it('are interpolated linearly, for every size, spacing and number of slices at a time', async () => {
    const size = fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
    );
    const step = fc.double({ min: 0.4, max: 4, noNaN: true });
    const spacing = fc.tuple(step, step, step);
    await fc.assert(
      fc.asyncProperty(size, spacing, spacing, fc.integer({ min: 1, max: 7 }), (shape, now, old, together) =>
        compare(preparedFrom(shape, now, old), together),
      ),
      { numRuns: 200 },
    );
  });

  it('are so where the grids are turned against each other', async () => {
    const angle = 0.1;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    // About x, so that a slice of the file crosses several prepared ones; the file lies inside.
    const turned: Affine = [1, 0, 0, 3, 0, c, -s, 4, 0, s, c, 3, 0, 0, 0, 1];
    const prepared = {
      shape: [14, 14, 14] as const,
      affine: affineFromSpacing([1, 1, 1]),
      original: { shape: [8, 6, 7] as const, affine: turned },
    };
    for (const together of [1, 3, 14]) await compare(prepared, together);
  });

  it('take the value of the last prepared voxel where the file goes on behind it', async () => {
    // 10 voxels of 1 mm are 3 of 3 mm; the last one lies a whole prepared voxel behind the last of those.
    const prepared = preparedFrom([10, 1, 1], [3, 1, 1], [1, 1, 1]);
    const { result } = await restoreAll(prepared, [Float32Array.of(0, 0.5, 1)], 3);
    expect([...result[0]!.subarray(5)].map(value => value.toFixed(4))).toEqual(
      [5 / 6, 1, 1, 1, 1].map(value => value.toFixed(4)),
    );
  });

  it('are handed on as soon as they can be', async () => {
    const prepared = preparedFrom([100, 1, 1], [2, 1, 1], [1, 1, 1]);
    const seen: number[] = [];
    const take = restoredSlices(prepared, 1, (z, slices) => {
      seen.push(z + slices);
    });
    await take(0, 20, new Float32Array(20));
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(37);
    expect(Math.max(...seen)).toBeLessThanOrEqual(40);
  });
});
