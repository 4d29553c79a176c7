import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPILED, compileKernels } from '../../../scripts/kernels.mjs';
import { kernels, layOut } from './kernels.ts';

it('the compiled kernels are those of assembly/ (else: npm run kernels)', async () => {
  expect(readFileSync(COMPILED, 'utf8')).toBe(await compileKernels());
});

it('lays arrays behind one another, and grows where there is no room', () => {
  const starts = layOut(3, 16, 10_000_000, 8);
  expect(starts.every(start => start % 16 === 0)).toBe(true);
  expect(starts.slice(1).every((start, i) => start >= starts[i]! + [3, 16, 10_000_000][i]!)).toBe(true);
  expect(kernels().memory.buffer.byteLength).toBeGreaterThanOrEqual(starts[3]! + 8);
});
