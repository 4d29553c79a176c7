import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPILED, compileKernels } from '../scripts/kernels.mjs';

it('the compiled kernels are those of assembly/ (else: npm run kernels)', async () => {
  expect(readFileSync(COMPILED, 'utf8')).toBe(await compileKernels());
});
