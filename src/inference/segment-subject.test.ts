import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PostprocessingStep } from '../config/schema/configuration.ts';
import type { LoadedSubject } from '../dataset/dataset.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import type { PreparedSubject } from '../pipeline/subject.ts';
import { applyAffine } from '../volume/affine.ts';
import { type Affine, voxelCount, type Xyz, type Zyx } from '../volume/volume.ts';
import type { Predictor } from './predictor.ts';
import { segmentSubject } from './segment-subject.ts';

/** Probabilities of the classes at a place in the patient, in mm. */
type Posteriors = (place: Xyz) => number[];

/** A predictor that knows the patient: it gives three slices at a time. */
const knowing = ({ affine }: PreparedSubject, posteriors: Posteriors) =>
  ({
    predict: async ({ shape }, take) => {
      const [Z, Y, X] = shape;
      for (let z0 = 0; z0 < Z; z0 += 3) {
        const slices = Math.min(3, Z - z0);
        const size = slices * Y * X;
        const classes = posteriors([0, 0, 0]).length;
        const given = new Float32Array(classes * size);
        for (let i = 0; i < size; i++) {
          const [z, y, x] = [z0 + Math.floor(i / (Y * X)), Math.floor(i / X) % Y, i % X];
          posteriors(applyAffine(affine, [x, y, z])).forEach((value, k) => {
            given[k * size + i] = value;
          });
        }
        take(z0, slices, given);
      }
    },
  }) as Pick<Predictor, 'predict'> as Predictor;

interface Case {
  readonly shape: Zyx;
  readonly affine: Affine;
  readonly mask?: Uint8Array;
  readonly spacing?: [number, number, number];
  readonly posteriors: Posteriors;
  readonly postprocessing?: readonly PostprocessingStep[];
  readonly keep?: boolean;
}

async function segment({
  shape,
  affine,
  mask,
  spacing,
  posteriors,
  postprocessing = [],
  keep = false,
}: Case) {
  const images = [new Float32Array(voxelCount(shape))];
  const loaded: LoadedSubject = { id: 's', shape, affine, images, drawn: [], ...(mask && { mask }) };
  const steps = spacing ? [{ resample: { spacing_mm: spacing, interpolation: 'linear' as const } }] : [];
  const prepared = preprocessSubject(loaded, steps, ['ct']);
  const structures = posteriors([0, 0, 0])
    .slice(1)
    .map((_, k) => `structure ${k + 1}`);
  const options = { structures, postprocessing, posteriors: keep };
  return segmentSubject(prepared, knowing(prepared, posteriors), options);
}

/** Values of a function at the voxels of a grid. */
function onGrid<T>({ shape, affine }: Pick<Case, 'shape' | 'affine'>, value: (place: Xyz) => T): T[] {
  const [, Y, X] = shape;
  return Array.from({ length: voxelCount(shape) }, (_, i) =>
    value(applyAffine(affine, [i % X, Math.floor(i / X) % Y, Math.floor(i / (Y * X))])),
  );
}

/** Axes of a file that run along those of the patient, in any order and sense. */
const orientations = fc
  .tuple(fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]), fc.nat(7))
  .map(([order, flips]): Affine => {
    const affine = [0, 0, 0, 3, 0, 0, 0, -2, 0, 0, 0, 7, 0, 0, 0, 1];
    order.forEach((row, column) => {
      affine[4 * row + column] = (flips >> column) & 1 ? -(1 + 0.5 * column) : 1 + 0.5 * column;
    });
    return affine;
  });
const shape = [7, 5, 6] as const;
const argmax = (values: readonly number[]) => values.indexOf(Math.max(...values));

describe('a subject that is segmented', () => {
  it('has each class where the network saw it, whatever the order of the file’s axes', async () => {
    const posteriors: Posteriors = ([x, y, z]) => {
      const values = [1, Math.abs(x % 3), Math.abs(y % 4), Math.abs(z % 5)];
      const sum = values.reduce((total, value) => total + value);
      return values.map(value => Math.fround(value / sum));
    };
    await fc.assert(
      fc.asyncProperty(orientations, fc.boolean(), async (affine, keep) => {
        const { grid, labels, posteriors: kept } = await segment({ shape, affine, posteriors, keep });
        expect(grid).toEqual({ shape, affine });
        expect([...labels]).toEqual(onGrid({ shape, affine }, place => argmax(posteriors(place))));
        expect(kept !== undefined).toBe(keep);
        if (kept === undefined) return;
        const wanted = [0, 1, 2, 3].flatMap(k => onGrid({ shape, affine }, place => posteriors(place)[k]));
        expect([...kept]).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('has posteriors interpolated linearly where it was resampled, and classes chosen from those', async () => {
    // Linear in space, so that interpolation is exact.
    const posteriors: Posteriors = ([x, y, z]) => {
      const value = 0.5 + 0.02 * x - 0.03 * y + 0.011 * z;
      return [1 - value, value];
    };
    await fc.assert(
      fc.asyncProperty(orientations, async affine => {
        const spacing: [number, number, number] = [1.3, 0.9, 1.1];
        const { labels, posteriors: kept } = await segment({
          shape,
          affine,
          spacing,
          posteriors,
          keep: true,
        });
        const wanted = onGrid({ shape, affine }, place => posteriors(place)[1]!);
        // Voxels at the ends of the axes may lie behind the prepared ones.
        const [, Y, X] = shape;
        const inner = wanted.flatMap((_, i) => {
          const [z, y, x] = [Math.floor(i / (Y * X)), Math.floor(i / X) % Y, i % X];
          return z % 6 && y % 4 && x % 5 ? [i] : [];
        });
        expect(inner).toHaveLength(5 * 3 * 4);
        for (const i of inner) {
          expect(kept![wanted.length + i]).toBeCloseTo(wanted[i]!, 5);
          if (Math.abs(wanted[i]! - 0.5) > 1e-4) expect(labels[i]).toBe(Number(wanted[i]! > 0.5));
        }
        const { labels: alone } = await segment({ shape, affine, spacing, posteriors });
        expect(alone).toEqual(labels);
      }),
      { numRuns: 40 },
    );
  });

  it('is background outside of its mask', async () => {
    const affine = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -2, 0, 0, 0, 0, 1];
    const mask = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => Number(i % 3 === 0));
    const posteriors: Posteriors = () => [0.125, 0.875];
    const { labels, posteriors: kept } = await segment({ shape, affine, mask, posteriors, keep: true });
    expect(labels).toEqual(mask);
    expect([...kept!]).toEqual([
      ...Array.from(mask, inside => (inside ? 0.125 : 1)),
      ...Array.from(mask, inside => (inside ? 0.875 : 0)),
    ]);
  });

  it('is post-processed with the head up, whatever the file’s order of slices', async () => {
    // Structure 1 from z = 0 mm to 4 mm and structure 2 from 3 mm up, in stripes; where both are, 2 shall win.
    const posteriors: Posteriors = ([x, , z]) => {
      const first = z <= 4 && (z < 3 || x % 2 === 0);
      const second = z >= 3 && !first;
      return [0, Number(first), Number(second)];
    };
    const rule = { lower: 'structure 1', higher: 'structure 2', higher_dominates: true };
    for (const direction of [1, -1]) {
      const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, direction, direction < 0 ? 6 : 0, 0, 0, 0, 1];
      const { labels } = await segment({
        shape,
        affine,
        posteriors,
        postprocessing: [{ slice_exclusion: rule }],
      });
      expect([...labels]).toEqual(onGrid({ shape, affine }, ([, , z]) => (z < 3 ? 1 : 2)));
    }
  });

  it('gives posteriors to the post-processing that needs them, and keeps them only for the caller', async () => {
    const affine = [0, 0, -1, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 1];
    // The enclosing third structure is most probable, but the first two are so together.
    const posteriors: Posteriors = ([x]) => (x % 2 === 0 ? [0, 0.35, 0.25, 0.4] : [0, 0.1, 0.3, 0.6]);
    const rule = { first: 'structure 1', second: 'structure 2', external: 'structure 3' };
    const options = { shape, affine, posteriors, postprocessing: [{ summed_probability: rule }] };
    const { labels, posteriors: kept } = await segment(options);
    expect([...labels]).toEqual(onGrid(options, ([x]) => (x % 2 === 0 ? 1 : 3)));
    expect(kept).toBeUndefined();
    const wanted = [0, 1, 2, 3].flatMap(k => onGrid(options, place => Math.fround(posteriors(place)[k]!)));
    expect([...(await segment({ ...options, keep: true })).posteriors!]).toEqual(wanted);
  });
});
