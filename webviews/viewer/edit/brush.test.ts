import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyAffine, invertAffine } from '../../../src/volume/affine.ts';
import { golden } from '../../../src/volume/fixtures/goldens.ts';
import type { Affine, Xyz } from '../../../src/volume/volume.ts';
import type { LabelMap } from '../volume/label-map.ts';
import { dab, drag, type Stroke } from './brush.ts';
import { History } from './history.ts';

const emptyMap = (affine: Affine): LabelMap => ({
  labels: new Uint8Array(20 * 30 * 40),
  shape: [20, 30, 40],
  affine,
  inverse: invertAffine(affine),
});
const anisotropic: Affine = [1, 0, 0, -20, 0, 1, 0, -15, 0, 0, 3, -30, 0, 0, 0, 1];
const newStroke = (): Stroke => ({ indices: [], before: [] });
const count = ({ labels }: LabelMap, value: number) => labels.filter(label => label === value).length;

describe('the brush', () => {
  it('draws a ball of its size in mm, whatever the spacing and orientation', () => {
    const oblique = golden<{ affine: number[] }[]>('orientation.json').at(-1)!.affine;
    for (const affine of [anisotropic, oblique]) {
      const map = emptyMap(affine);
      const middle = applyAffine(affine, [20, 15, 10]);
      dab(map, middle, { radiusMm: 6, value: 3 }, newStroke());
      const voxelMm3 = Math.abs(1 / determinant3(map.inverse));
      expect((count(map, 3) * voxelMm3) / ((4 / 3) * Math.PI * 6 ** 3)).toBeCloseTo(1, 0);
      for (const [index, label] of map.labels.entries()) {
        const place: Xyz = [index % 40, Math.floor(index / 40) % 30, Math.floor(index / 1200)];
        const [x, y, z] = applyAffine(affine, place);
        const distance = Math.hypot(x - middle[0], y - middle[1], z - middle[2]);
        if (Math.abs(distance - 6) > 1e-6) expect(label).toBe(distance < 6 ? 3 : 0);
      }
    }
  });

  it('draws a disc in one slice alone', () => {
    const map = emptyMap(anisotropic);
    const plane = { normal: [0, 0, 1] as const, halfThicknessMm: 1.5 };
    dab(map, [0, 0, 0], { radiusMm: 5, value: 1, plane }, newStroke());
    const slices = new Set(
      [...map.labels.keys()].filter(i => map.labels[i] === 1).map(i => Math.floor(i / 1200)),
    );
    expect([...slices]).toEqual([10]);
    expect(count(map, 1)).toBe(81); // lattice points within a circle of radius 5 (OEIS A000328)
  });

  it('writes at least the voxel under it, and nothing outside of the map', () => {
    const map = emptyMap(anisotropic);
    dab(map, [0.2, 0.2, 0.4], { radiusMm: 0.01, value: 2 }, newStroke());
    expect(count(map, 2)).toBe(1);
    expect(dab(map, [500, 0, 0], { radiusMm: 5, value: 2 }, newStroke())).toBe(false);
  });

  it('leaves no gap when it is dragged quickly', () => {
    const map = emptyMap(anisotropic);
    drag(map, [-15, 0, 0], [15, 0, 0], { radiusMm: 2, value: 1 }, newStroke());
    for (let x = 6; x <= 34; x++) expect(map.labels[x + 40 * (15 + 30 * 10)]).toBe(1);
  });
});

describe('strokes', () => {
  it('are undone and redone to the voxel, in any order of drawing and erasing', () => {
    const place = fc.tuple(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -15, max: 15 }),
      fc.integer({ min: -30, max: 30 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: place, value: fc.integer({ min: 0, max: 3 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        dabs => {
          const map = emptyMap(anisotropic);
          const history = new History();
          const states = [Uint8Array.from(map.labels)];
          for (const { at, value } of dabs) {
            const stroke = newStroke();
            drag(map, at, [at[0] + 3, at[1], at[2]], { radiusMm: 4, value }, stroke);
            history.add(stroke);
            if (stroke.indices.length > 0) states.push(Uint8Array.from(map.labels));
          }
          const last = states.length - 1;
          for (let i = last - 1; i >= 0; i--) {
            history.undo(map);
            expect(Buffer.compare(map.labels as Uint8Array, states[i]!)).toBe(0);
          }
          expect(history.canUndo).toBe(false);
          for (let i = 1; i <= last; i++) {
            history.redo(map);
            expect(Buffer.compare(map.labels as Uint8Array, states[i]!)).toBe(0);
          }
          expect(history.canRedo).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that are old are forgotten when too many voxels are kept', () => {
    const map = emptyMap(anisotropic);
    const history = new History(100);
    for (const value of [1, 2, 3]) {
      const stroke = newStroke();
      dab(map, [0, 0, 0], { radiusMm: 4, value }, stroke);
      history.add(stroke);
    }
    history.undo(map);
    history.undo(map);
    expect(history.canUndo).toBe(false);
    expect(count(map, 0)).toBeLessThan(map.labels.length);
  });
});

function determinant3(a: Affine): number {
  return (
    a[0]! * (a[5]! * a[10]! - a[6]! * a[9]!) -
    a[1]! * (a[4]! * a[10]! - a[6]! * a[8]!) +
    a[2]! * (a[4]! * a[9]! - a[5]! * a[8]!)
  );
}
