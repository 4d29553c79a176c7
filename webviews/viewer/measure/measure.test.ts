import { describe, expect, it } from 'vitest';
import { invertAffine } from '../../../src/volume/affine.ts';
import type { Affine } from '../../../src/volume/volume.ts';
import type { LabelMap } from '../volume/label-map.ts';
import { compareLabels, onSameGrid } from './measure.ts';

const affine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
const make = (labels: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>): LabelMap => ({
  labels,
  shape: [6, 10, 10],
  affine,
  inverse: invertAffine(affine),
});
/** A box of a label from voxel (x, y, z) up to but without another. */
function box<T extends Uint8Array | Uint16Array>(
  labels: T,
  value: number,
  [x0, y0, z0]: number[],
  [x1, y1, z1]: number[],
): T {
  for (let z = z0!; z < z1!; z++) {
    for (let y = y0!; y < y1!; y++) labels.fill(value, x0! + 10 * (y + 10 * z), x1! + 10 * (y + 10 * z));
  }
  return labels;
}

describe('comparing label maps', () => {
  it('counts what was missed and added, and finds the slice with the most of it', () => {
    const truth = make(box(new Uint8Array(600), 5, [2, 2, 1], [8, 8, 4]));
    const predicted = box(new Uint8Array(600), 5, [3, 2, 1], [8, 8, 4]); // a column short: 18 voxels
    box(predicted, 5, [0, 9, 3], [9, 10, 4]); // 9 voxels too many in slice 3
    const [found] = compareLabels(make(predicted), truth, [5]);
    expect(found).toMatchObject({ value: 5, missedVoxels: 18, addedVoxels: 9 });
    expect(found!.dice).toBeCloseTo((2 * 90) / (108 + 99), 12);
    expect(found!.worst![2]).toBe(3);
  });

  it('gives Dice 1 and distance 0 where they agree, and no worst place', () => {
    const map = () => make(box(new Uint16Array(600), 300, [2, 2, 1], [8, 8, 4]));
    expect(compareLabels(map(), map(), [300])).toEqual([
      expect.objectContaining({ value: 300, dice: 1, meanDistanceMm: 0, hausdorff95Mm: 0, worst: undefined }),
    ]);
  });

  it('goes through more labels than one pass can tell apart', () => {
    const labels = Uint16Array.from({ length: 600 }, (_, i) => i);
    const shifted = Uint16Array.from({ length: 600 }, (_, i) => (i < 500 ? i : 0));
    const found = compareLabels(
      make(shifted),
      make(labels),
      Array.from({ length: 599 }, (_, i) => i + 1),
    );
    expect(found.filter(({ dice }) => dice === 1)).toHaveLength(499);
    expect(found.filter(({ dice }) => dice === 0)).toHaveLength(100);
  });

  it('wants both on one grid', () => {
    const map = make(new Uint8Array(600));
    expect(
      onSameGrid(map, { ...map, affine: affine.map((entry, i) => (i === 3 ? entry + 1e-4 : entry)) }),
    ).toBe(true);
    expect(onSameGrid(map, { ...map, affine: affine.map((entry, i) => (i === 3 ? entry + 1 : entry)) })).toBe(
      false,
    );
    expect(onSameGrid(map, { ...map, shape: [6, 10, 9] })).toBe(false);
  });
});
