import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import type { ProbeValues } from '../foundation/probe.ts';
import { filterOf, PointWatch } from './exception-filters.ts';

describe('the filter of an error', () => {
  it.each([
    ['Error in matMul: inner shapes (3) and (4) of Tensors must match', 'shape'],
    ['Incompatible shapes: [2,3] vs. [4]', 'shape'],
    ['Error in concat3D: rank of tensors[1] must be the same as the rank of the rest (3)', 'shape'],
    ['Dimension 1 in both shapes must be equal', 'shape'],
    ['OOM when allocating tensor with shape[64,64]', 'memory'],
    ['the Frankfurt cohort is not there', 'error'],
    ['unreadable: /data/mishaped/scan.nii', 'error'],
  ])('%s', (message, filter) => {
    expect(filterOf(new Error(message))).toBe(filter);
  });

  it('is no matter of shapes where the user can mend it, or the system refuses', () => {
    expect(filterOf(new Fault('the shape of the mask is not that of the image'))).toBe('error');
    const refused = Object.assign(new Error("ENOENT: no such file, open '/data/rank/shape.nii'"), {
      errno: -2,
      code: 'ENOENT',
    });
    expect(filterOf(refused)).toBe('error');
  });
});

describe('the watch over points', () => {
  const look = (watch: PointWatch, setting: string, values: ProbeValues) =>
    watch.look({ setting, values: () => values });
  const watching = (...filters: string[]) => {
    const watch = new PointWatch();
    watch.enabled = new Set(filters);
    return watch;
  };
  const labels = (...data: number[]): ProbeValues => ({
    output: {
      kind: 'group',
      values: {
        labels: {
          kind: 'volume',
          data: Uint8Array.from(data),
          shape: [1, 1, data.length],
          spacing: [1, 1, 1],
          holds: 'labels',
        },
      },
    },
  });

  it('finds a gradient a hundred times the usual, once the usual is known', () => {
    const watch = watching('gradient');
    expect(look(watch, 'optimizer', { gradient_norm: 1e6 })).toBeUndefined();
    for (let step = 0; step < 20; step++)
      expect(look(watch, 'optimizer', { gradient_norm: 2 })).toBeUndefined();
    expect(look(watch, 'optimizer', { gradient_norm: 199 })).toBeUndefined();
    expect(look(watch, 'optimizer', { gradient_norm: 201 })).toMatchObject({
      filter: 'gradient',
      message: expect.stringContaining('201.0, usually 2.000'),
    });
    expect(look(watch, 'loss', { gradient_norm: 1e9 })).toBeUndefined();
    expect(look(watching('nan'), 'optimizer', { gradient_norm: 1e9 })).toBeUndefined();
  });

  it('finds crops without a structure', () => {
    const watch = watching('foreground');
    expect(look(watch, 'sampling', labels(0, 0))?.filter).toBe('foreground');
    expect(look(watch, 'sampling', labels(0, 1))).toBeUndefined();
    expect(look(watching(), 'sampling', labels(0, 0))).toBeUndefined();
  });
});
