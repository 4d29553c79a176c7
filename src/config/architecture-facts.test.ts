import { describe, expect, it } from 'vitest';
import { architectureFacts, isValidCrop, levelShapes, outputSize } from './architecture-facts.ts';
import { estimateStepMemory, formatBytes } from './memory.ts';
import { requireSegmentation } from './require-segmentation.ts';
import { MINIMAL, resolveTexts } from './resolve-texts.ts';

const settingsOf = (architecture: string, crop = '[32, 32, 32]') =>
  requireSegmentation(
    resolveTexts({
      a: MINIMAL.replace('{name: unet3d, levels: 3}', `{${architecture}}`).replace('[32, 32, 32]', crop),
    }).settings!,
  );
const factsOf = (architecture: string) => architectureFacts(settingsOf(architecture).architecture, 1, 2)!;

describe('facts about architectures', () => {
  it("of InnerEye's UNet3D: four downsamplings ask for multiples of 16", () => {
    const facts = factsOf('name: unet3d');
    expect(facts.cropMultiple).toEqual([16, 16, 16]);
    expect(facts.levels.map(({ features }) => features)).toEqual([32, 64, 128, 256, 512]);
    expect(levelShapes(facts, [64, 224, 224]).at(-1)).toEqual([4, 14, 14]);
  });

  it("of InnerEye's UNet2D: multiples of 16 within slices, any number of slices", () => {
    expect(factsOf('name: unet2d').cropMultiple).toEqual([1, 16, 16]);
    expect(isValidCrop(factsOf('name: unet2d'), [1, 32, 48])).toBe(true);
  });

  it("of InnerEye's Basic: 29 voxels at least, 28 fewer in the output", () => {
    const facts = factsOf('name: basic');
    expect(facts.minimumCrop).toEqual([29, 29, 29]);
    expect(outputSize(facts, [29, 64, 64])).toEqual([1, 36, 36]);
  });

  it("of nnU-Net's U-Nets: the product of the strides, and features up to the most allowed", () => {
    const facts = factsOf(
      'name: plain_unet, levels: 4, features: 32, max_features: 100, strides: [[1, 2, 2], [2, 2, 2], [2, 2, 1]]',
    );
    expect(facts.cropMultiple).toEqual([4, 8, 4]);
    expect(facts.levels.map(({ features }) => features)).toEqual([32, 64, 100, 100]);
  });
});

describe('the estimate of memory', () => {
  it('grows with crop and batch in proportion, and halves with half precision', () => {
    const base = settingsOf('name: plain_unet, levels: 3');
    const of = (settings: typeof base) => estimateStepMemory(settings)!.activations;
    const doubled = of({ ...base, training: { ...base.training, batch_size: 4 } });
    expect(doubled / of(base)).toBeCloseTo(2, 6);
    const larger = of(settingsOf('name: plain_unet, levels: 3', '[64, 64, 64]'));
    expect(larger / of(base)).toBeCloseTo(8, 6);
    const half = of({ ...base, training: { ...base.training, precision: 'float16' } });
    expect(half / of(base)).toBeGreaterThan(0.5);
    expect(half / of(base)).toBeLessThan(0.6);
  });

  // `residentMegabytes` after an epoch of `innereye train examples/hippocampus.innereye.yaml` on a CPU, in float32 and
  // without a running average of the weights.
  it.each([
    ['name: plain_unet, features: 16, levels: 3', '[32, 48, 32]', 1, 574],
    ['name: plain_unet, features: 16, levels: 3', '[64, 64, 64]', 1, 860],
    ['name: plain_unet, features: 16, levels: 3', '[96, 96, 96]', 1, 1766],
    ['name: unet3d, features: 16, levels: 4', '[64, 64, 64]', 1, 979],
    ['name: residual_unet, features: 16, levels: 3', '[64, 64, 64]', 2, 1469],
  ])(
    'is within 15 %% of what training took: %s, crop %s, batch of %i',
    (architecture, crop, batch_size, megabytes) => {
      const settings = settingsOf(architecture, crop);
      const two = [...settings.dataset.structures, ...settings.dataset.structures];
      const { total } = estimateStepMemory({
        ...settings,
        dataset: { ...settings.dataset, structures: two },
        training: { ...settings.training, batch_size },
      })!;
      expect(Math.abs(total / 1e6 / megabytes - 1)).toBeLessThan(0.15);
    },
  );

  it('knows that parts are computed again: `npm run bench:memory` tells 3549 and 6031 MB', () => {
    const settings = settingsOf('name: plain_unet, features: 32, levels: 4', '[128, 128, 128]');
    const of = (recompute: boolean) =>
      estimateStepMemory({ ...settings, training: { ...settings.training, batch_size: 1, recompute } })!;
    expect(Math.abs(of(true).total / 3.549e9 - 1)).toBeLessThan(0.25);
    expect(Math.abs(of(false).total / 6.031e9 - 1)).toBeLessThan(0.15);
  });

  it('is told in decimal units', () => {
    expect([0, 999, 1500, 2.34e9, 2.5e11].map(formatBytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.5 kB',
      '2.3 GB',
      '250 GB',
    ]);
  });
});
