import { expect, it } from 'vitest';
import { volumeStatistics } from './statistics.ts';

it('counts labels in rising order', () => {
  const { labelCounts, ...rest } = volumeStatistics(Float32Array.of(3, 3, 0, -1, 0, 3));
  expect([...labelCounts!]).toEqual([
    [-1, 1],
    [0, 2],
    [3, 3],
  ]);
  expect(rest).toEqual({ min: -1, max: 3, mean: 8 / 6, finite: 6 });
});

it('leaves voxels that are not finite out, and counts no labels then', () => {
  const statistics = volumeStatistics(Float64Array.of(1, Number.NaN, 4, Number.POSITIVE_INFINITY));
  expect(statistics).toEqual({ min: 1, max: 4, mean: 2.5, finite: 2, labelCounts: undefined });
});

it('counts no labels of fractions, nor of more than 256 values', () => {
  expect(volumeStatistics(Float32Array.of(1, 1.5)).labelCounts).toBeUndefined();
  expect(volumeStatistics(Int16Array.from({ length: 257 }, (_, i) => i)).labelCounts).toBeUndefined();
  expect(volumeStatistics(Int16Array.from({ length: 256 }, (_, i) => i)).labelCounts?.size).toBe(256);
});

it('says NaN where no voxel is finite', () => {
  const { min, max, mean, finite } = volumeStatistics(Float32Array.of(Number.NaN));
  expect([min, max, mean, finite]).toEqual([Number.NaN, Number.NaN, Number.NaN, 0]);
});
