import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AugmentationStep } from '../../config/schema/configuration.ts';
import type { Random } from '../../foundation/random.ts';
import { Random as Generator } from '../../foundation/random.ts';
import type { Zyx } from '../../volume/volume.ts';
import { takeCrop } from '../crop.ts';
import { multiply, type Rows, sourceBounds, transform } from '../deformation.ts';
import { readerOf } from '../fixtures/prepared.ts';
import { affine, rotationZyx } from './affine.ts';
import { elastic } from './elastic.ts';
import { type CropKey, drawDeformation } from './index.ts';

const always = 1;
const steps: Record<string, AugmentationStep> = {
  affine: {
    random_affine: {
      probability: always,
      from_epoch: 0,
      rotate_degrees: 40,
      scale: [0.7, 1.4],
      shift_voxels: 2,
    },
  },
  elastic: { random_elastic: { probability: always, from_epoch: 0, grid_mm: 8, displacement_mm: 3 } },
  flip: { random_flip: { probability: always, from_epoch: 0, axes: ['z', 'x'] } },
};
const key = (crop: number): CropKey => ({ seed: 1, epoch: 0, subject: 's', crop });

describe('spatial augmentation', () => {
  it('begins with the epoch that the step names, and is then what it always was', () => {
    const grid = { shape: [6, 9, 8] as Zyx, spacing: [1, 1, 1] as Zyx };
    const late = [{ random_flip: { probability: 1, from_epoch: 3, axes: ['x' as const] } }];
    const early = [{ random_flip: { probability: 1, from_epoch: 0, axes: ['x' as const] } }];
    const at = (epoch: number) => ({ ...key(0), epoch });
    expect(drawDeformation(late, at(2), grid)).toEqual(drawDeformation([], at(2), grid));
    expect(drawDeformation(late, at(3), grid)).toEqual(drawDeformation(early, at(3), grid));
    expect(drawDeformation(late, at(3), grid)).not.toEqual(drawDeformation([], at(3), grid));
  });

  it.each([['affine'], ['elastic'], ['flip'], ['affine', 'elastic', 'flip']])(
    'keeps image and labels on each other: %s %s %s',
    (...names) => {
      const label = (z: number, y: number, x: number) => (z + 2 * y + 3 * x) % 5;
      // Channels that hold their voxel's place: linear interpolation gives the place of the source.
      const reader = readerOf([20, 24, 22], {
        spacing: [3, 1, 1],
        structures: 4,
        images: [z => z, (_, y) => y, (_, __, x) => x],
        labels: label,
      });
      fc.assert(
        fc.property(fc.nat(1000), crop => {
          const size: Zyx = [6, 9, 8];
          const chosen = names.map(name => steps[name]);
          const deformation = drawDeformation(chosen, key(crop), { shape: size, spacing: reader.spacing });
          const { images, labels } = takeCrop(reader, size, [7, 2, 11], 'edge', deformation);
          let compared = 0;
          labels.forEach((value, i) => {
            const source = images.map(channel => channel[i]);
            // Half way between two voxels either is the nearest.
            if (source.some(place => Math.abs(place - Math.floor(place) - 0.5) < 1e-3)) return;
            const [z, y, x] = source.map(Math.round);
            expect(value).toBe(label(z, y, x));
            compared++;
          });
          expect(compared).toBeGreaterThan(0.8 * labels.length);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('rotates in mm, not in voxels', () => {
    const grid = { shape: [8, 8, 8], spacing: [3, 1, 0.5] } as const;
    const settings = {
      probability: always,
      from_epoch: 0,
      rotate_degrees: 30,
      scale: [1, 1] as [number, number],
      shift_voxels: 0,
    };
    const { matrix } = affine.draw(settings, new Generator(5), grid)!;
    const mm = (v: Zyx): Zyx => [v[0] * 3, v[1], v[2] * 0.5];
    const axes: Zyx[] = [
      [1 / 3, 0, 0],
      [0, 1, 0],
      [0, 0, 2],
    ].map(mmToVoxel => mmToVoxel as unknown as Zyx);
    const turned = axes.map(axis => mm(transform(matrix, axis)));
    turned.forEach((a, i) => {
      turned.forEach((b, j) => {
        const product = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      });
    });
  });

  it('rotates counterclockwise about z as seen from above: x towards y', () => {
    const [, y, x] = transform(rotationZyx(Math.PI / 2, 0, 0), [0, 0, 1]);
    expect([y, x].map(Math.abs)).toEqual([1, expect.closeTo(0, 12)]);
    // A full turn in four quarters.
    const quarter = rotationZyx(0, Math.PI / 2, 0);
    const full = multiply(quarter, multiply(quarter, multiply(quarter, quarter)));
    full.forEach((entry, i) => {
      expect(entry).toBeCloseTo(i % 4 === 0 ? 1 : 0, 12);
    });
  });

  it('enlarges with a zoom above 1', () => {
    const settings = {
      probability: always,
      from_epoch: 0,
      rotate_degrees: 0,
      scale: [2, 2] as [number, number],
      shift_voxels: 0,
    };
    const { matrix } = affine.draw(settings, new Generator(1), { shape: [4, 4, 4], spacing: [1, 1, 1] })!;
    // The source of a voxel two away from the centre is one away from it.
    const source = transform(matrix, [2, 0, 0]);
    expect(source[0]).toBeCloseTo(1, 12);
  });

  it('leaves a single plane in its plane', () => {
    const grid = { shape: [1, 16, 16], spacing: [5, 1, 1] } as const;
    for (const step of [steps.affine, steps.elastic]) {
      const deformation = drawDeformation([step], key(3), grid);
      const [low, high] = sourceBounds(deformation, grid.shape);
      expect(Math.max(Math.abs(low[0]), Math.abs(high[0]))).toBe(0);
    }
  });

  it('draws one step as before when another step is added behind it', () => {
    const grid = { shape: [8, 8, 8], spacing: [1, 1, 1] } as const;
    const alone = drawDeformation([steps.affine], key(1), grid);
    const both = drawDeformation([steps.affine, { ...steps.flip }], key(1), grid);
    expect(multiply(both.matrix, [-1, 0, 0, 0, 1, 0, 0, 0, -1])).toEqual(alone.matrix);
    expect(drawDeformation([steps.affine], key(2), grid)).not.toEqual(alone);
  });
});

describe('elastic deformation', () => {
  const grid = { shape: [10, 12, 20], spacing: [2, 1, 1] } as const;
  const settings = { probability: always, from_epoch: 0, grid_mm: 6, displacement_mm: 3 };
  const rowsOf = (random: Random) => {
    const { displacement } = elastic.draw(settings, random, grid)!;
    const rows: Rows = [new Float64Array(20), new Float64Array(20), new Float64Array(20)];
    const all: number[][] = [[], [], []];
    for (let z = 0; z < 10; z++) {
      for (let y = 0; y < 12; y++) {
        displacement!.row(z, y, rows);
        rows.forEach((row, axis) => {
          all[axis].push(...row);
        });
      }
    }
    return { all, bound: displacement!.bound };
  };

  it('moves everything alike where all control points move alike: the weights of a B-spline add up to 1', () => {
    const constant = { chance: () => true, normal: () => 1 } as unknown as Random;
    const { all } = rowsOf(constant);
    // 3 mm are one and a half voxels along z, three along y and x.
    [1.5, 3, 3].forEach((voxels, axis) => {
      for (const value of all[axis]) expect(value).toBeCloseTo(voxels, 10);
    });
  });

  it('never exceeds the bound that it states, and is smooth', () => {
    const { all, bound } = rowsOf(new Generator(4));
    all.forEach((values, axis) => {
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound[axis]);
      // A cubic B-spline's slope is at most twice the largest coefficient a control point, here 6 voxels apart along x.
      for (let i = 1; i < 20; i++) {
        expect(Math.abs(values[i] - values[i - 1])).toBeLessThanOrEqual((2 * bound[axis]) / 6);
      }
    });
  });
});
