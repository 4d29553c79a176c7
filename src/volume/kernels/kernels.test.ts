import { expect, it } from 'vitest';
import { kernels, layOut } from './kernels.ts';

it('lays arrays behind one another, and grows where there is no room', () => {
  const starts = layOut(3, 16, 10_000_000, 8);
  expect(starts.every(start => start % 16 === 0)).toBe(true);
  expect(starts.slice(1).every((start, i) => start >= starts[i]! + [3, 16, 10_000_000][i]!)).toBe(true);
  expect(kernels().memory.buffer.byteLength).toBeGreaterThanOrEqual(starts[3]! + 8);
});
