import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVolume } from '../../volume/read.ts';
import { spacingOf, type Zyx } from '../../volume/volume.ts';
import { applyPostprocessing } from './apply.ts';
import { mostProbableClass } from './most-probable-class.ts';
import type { Segmentation } from './segmentation.ts';
import { uncertainty } from './uncertainty.ts';

const structures = ['external', 'left', 'right'];
const segmentation = (labels: number[], shape: Zyx, posteriors?: number[]): Segmentation => ({
  labels: Uint8Array.from(labels),
  ...(posteriors && { posteriors: Float32Array.from(posteriors) }),
  shape,
  spacing: [1, 1, 1],
  structures,
});
const labelsAfter = (given: Segmentation, ...steps: Parameters<typeof applyPostprocessing>[1]) => [
  ...applyPostprocessing(given, steps).labels,
];

describe('smooth_posteriors', () => {
  const file = (name: string) =>
    fileURLToPath(new URL(`../../../../shared/data/innereye/${name}.nii.gz`, import.meta.url));
  it.skipIf(!existsSync(file('posterior_bladder')))(
    "gives InnerEye's smoothed bladder for a sigma of 2 mm (skipped without ../shared/data)",
    async () => {
      const [given, expected] = await Promise.all([
        readVolume(file('posterior_bladder')),
        readVolume(file('smoothed_posterior_bladder')),
      ]);
      const voxels = given.data.length;
      const posteriors = new Float32Array(2 * voxels);
      given.data.forEach((value, index) => {
        posteriors[voxels + index] = value / 255;
        posteriors[index] = 1 - value / 255;
      });
      const result = applyPostprocessing(
        {
          labels: new Uint8Array(voxels),
          posteriors,
          shape: given.shape,
          spacing: spacingOf(given.affine),
          structures: ['bladder'],
        },
        [{ smooth_posteriors: { sigma_mm: [2, 2, 2] } }],
      );
      let [largest, wrong] = [0, 0];
      expected.data.forEach((value, index) => {
        const posterior = result.posteriors![voxels + index]!;
        largest = Math.max(largest, Math.abs(posterior - value / 255));
        if (result.labels[index] !== Number(posterior > result.posteriors![index]!)) wrong++;
      });
      // InnerEye's own test allows 0.01; the files hold whole numbers of 0 … 255.
      expect(largest).toBeLessThan(0.01);
      expect(wrong).toBe(0);
      expect(result.labels).toContain(1);
    },
    60_000,
  );

  it('is refused after a step whose work it would undo', () => {
    const steps = [
      { largest_component: { structures: ['left'] } },
      { smooth_posteriors: { sigma_mm: [1, 1, 1] as [number, number, number] } },
    ];
    expect(() => applyPostprocessing(segmentation([0], [1, 1, 1]), steps)).toThrow('undoes the steps before');
  });

  it('is refused without posteriors', () => {
    const steps = [{ smooth_posteriors: { sigma_mm: [1, 1, 1] as [number, number, number] } }];
    expect(() => applyPostprocessing(segmentation([0], [1, 1, 1]), steps)).toThrow('needs the posteriors');
  });
});

describe('summed_probability', () => {
  it("changes the enclosing structure's voxels alone, where the two together are more probable; the first wins a tie", () => {
    // Voxels: together more probable (right wins), a tie of the two, not more probable, background.
    const posteriors = [
      [0.1, 0.1, 0.2, 0.5],
      [0.4, 0.4, 0.5, 0.1],
      [0.2, 0.25, 0.1, 0.2],
      [0.3, 0.25, 0.2, 0.2],
    ].flat();
    const given = segmentation([1, 1, 1, 0], [1, 1, 4], posteriors);
    const rule = { first: 'left', second: 'right', external: 'external' };
    expect(labelsAfter(given, { summed_probability: rule })).toEqual([3, 2, 1, 0]);
    expect([...given.labels]).toEqual([1, 1, 1, 0]);
  });
});

describe('largest_component', () => {
  const labels = [2, 2, 2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 0, 3];
  it('keeps the largest part of the named structures and leaves the others alone', () => {
    const given = segmentation(labels, [1, 1, labels.length]);
    expect(labelsAfter(given, { largest_component: { structures: ['left'] } })).toEqual([
      2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3,
    ]);
  });

  it('keeps all parts that have the share of the threshold, and the largest if none has', () => {
    const given = segmentation(labels, [1, 1, labels.length]);
    const keep = (threshold: number) =>
      labelsAfter(given, { largest_component: { structures: ['left'], threshold } });
    expect(keep(0.3)).toEqual([2, 2, 2, 2, 2, 0, 2, 2, 2, 0, 0, 0, 0, 3]);
    const scattered = segmentation([2, 2, 0, 2, 0, 2, 0, 2], [1, 1, 8]);
    expect(labelsAfter(scattered, { largest_component: { structures: ['left'], threshold: 0.45 } })).toEqual([
      2, 2, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it('does not join parts that meet at an edge only', () => {
    const given = segmentation([2, 2, 0, 0, 0, 2], [1, 2, 3]);
    expect(labelsAfter(given, { largest_component: { structures: ['left'] } })).toEqual([2, 2, 0, 0, 0, 0]);
  });
});

describe('slice_exclusion', () => {
  // Five slices of two voxels: right (3) above left (2), both in slices 2 and 3.
  const labels = [2, 0, 2, 2, 2, 3, 3, 2, 3, 3];
  const apply = (higher_dominates: boolean) =>
    labelsAfter(segmentation(labels, [5, 1, 2]), {
      slice_exclusion: { lower: 'left', higher: 'right', higher_dominates },
    });
  it('gives the shared slices to the structure that dominates', () => {
    expect(apply(true)).toEqual([2, 0, 2, 2, 3, 3, 3, 3, 3, 3]);
    expect(apply(false)).toEqual([2, 0, 2, 2, 2, 2, 2, 2, 3, 3]);
  });
});

describe('applyPostprocessing', () => {
  it('names the nearest structure where one is unknown', () => {
    const steps = [{ largest_component: { structures: ['lefd'] } }];
    expect(() => applyPostprocessing(segmentation([0], [1, 1, 1]), steps)).toThrow(
      expect.objectContaining({ remedy: 'Did you mean "left"?' }),
    );
  });

  it('shows every step to the probe', () => {
    const seen: string[] = [];
    applyPostprocessing(
      segmentation([2, 0, 2], [1, 1, 3]),
      [{ largest_component: { structures: ['left'] } }],
      {
        probe: (index, step, before, after) =>
          seen.push(`${index} ${Object.keys(step)} ${before.labels.join('')} ${after.labels.join('')}`),
      },
    );
    expect(seen).toEqual(['0 largest_component 202 200']);
  });
});

describe('mostProbableClass', () => {
  it('takes the first of equally probable classes', () => {
    const posteriors = Float32Array.of(0.5, 0.2, 0.5, 0.4, 0, 0.4);
    expect([...mostProbableClass(posteriors, 2)]).toEqual([0, 1]);
  });
});

describe('uncertainty', () => {
  it('is 0 for a certain voxel, 1 for equal probabilities, and the entropy over log C between', () => {
    // Voxel 3: 0.5, 0.25, 0.25: an entropy of 1.5 bits of log2(3) = 1.58496.
    const posteriors = Float32Array.of(1, 1 / 3, 0.5, 0, 1 / 3, 0.25, 0, 1 / 3, 0.25);
    const [certain, undecided, third] = uncertainty(posteriors, 3);
    expect(certain).toBe(0);
    expect(undecided).toBeCloseTo(1, 6);
    expect(third).toBeCloseTo(0.946395, 6);
  });
});
