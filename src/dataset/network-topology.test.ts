import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Zyx } from '../volume/volume.ts';
import { planTopology } from './network-topology.ts';

interface Golden {
  readonly spacing: Zyx;
  readonly patch: Zyx;
  readonly strides: readonly Zyx[];
  readonly size: Zyx;
}

/** Computed by nnU-Net 2.8.1's get_pool_and_conv_props: scripts/goldens/network-topology.py. */
const goldens: Golden[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/network-topology.json'), 'utf8'),
);

describe('the levels of a planned U-Net', () => {
  it.each(goldens)(
    'are those of nnU-Net for $patch voxels of $spacing mm',
    ({ spacing, patch, strides, size }) => {
      const topology = planTopology(patch, spacing);
      expect(topology.strides).toEqual(strides);
      expect(topology.size).toEqual(size);
    },
  );

  it('always fit: the size is a multiple, not smaller than asked for, and four voxels stay', () => {
    const length = fc.integer({ min: 1, max: 400 });
    const spacing = fc.double({ min: 0.2, max: 12, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(length, length, length), fc.tuple(spacing, spacing, spacing), (patch, mm) => {
        const { strides, multiple, size } = planTopology(patch, mm);
        expect(strides.length).toBeLessThanOrEqual(7);
        for (const axis of [0, 1, 2] as const) {
          const product = strides.reduce((total, stride) => total * stride[axis], 1);
          expect(multiple[axis]).toBe(product);
          expect(size[axis] % product).toBe(0);
          expect(size[axis]).toBeGreaterThanOrEqual(patch[axis]);
          expect(size[axis]).toBeLessThan(patch[axis] + product);
          if (product > 1) expect(size[axis] / product).toBeGreaterThanOrEqual(4);
        }
      }),
    );
  });
});
