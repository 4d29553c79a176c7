import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatResolved, hashSettings } from './format-resolved.ts';
import { listSettings } from './list-settings.ts';
import { presetNames } from './presets/presets.ts';
import { MINIMAL, resolveTexts } from './resolve-texts.ts';

const variation = fc.record({
  epochs: fc.integer({ min: 1, max: 1e6 }),
  rate: fc.double({ min: 1e-12, max: 10, noNaN: true }),
  seed: fc.integer(),
  tag: fc.string(),
  description: fc.string({ unit: 'grapheme' }),
  name: fc.string({ minLength: 1 }),
  subjects: fc.uniqueArray(fc.oneof(fc.string(), fc.nat().map(String)), { maxLength: 4 }),
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('the resolved configuration', () => {
  it('reads back to the same settings', () => {
    fc.assert(
      fc.property(variation, ({ epochs, rate, seed, tag, description, name, subjects, probability }) => {
        const text = JSON.stringify({
          task: 'segmentation',
          name,
          description,
          tags: { [tag]: tag, quoted: '3' },
          dataset: {
            path: '/data',
            channels: ['ct'],
            structures: [{ name: 'liver' }],
            splits: { ids: { train: subjects } },
          },
          sampling: { crop_size: [16, 16, 16] },
          augmentation: [{ random_noise: { probability } }],
          architecture: { name: 'unet3d', levels: 3 },
          optimizer: { name: 'adam', learning_rate: rate },
          training: { epochs, seed },
        });
        const { settings } = resolveTexts({ a: text });
        const again = resolveTexts({ b: formatResolved(settings!) });
        expect(again.settings).toEqual(settings);
        expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(formatResolved(again.settings!)).toBe(formatResolved(settings!));
        expect(hashSettings(again.settings!)).toBe(hashSettings(settings!));
      }),
      { numRuns: 200 },
    );
  });

  it.each(presetNames().filter(name => !name.startsWith('innereye/segmentation')))(
    'reads back for %s',
    name => {
      const { settings } = resolveTexts({ a: `extends: ${name}\ndataset: {path: /data}\n` });
      expect(resolveTexts({ b: formatResolved(settings!) }).settings).toEqual(settings);
    },
  );

  it('has a hash that depends on every value and not on the order of keys', () => {
    const of = (text: string) => hashSettings(resolveTexts({ a: text }).settings!);
    expect(of(`${MINIMAL}training: {seed: 1}\n`)).not.toBe(of(`${MINIMAL}training: {seed: 2}\n`));
    expect(of(`training: {seed: 1, epochs: 2}\n${MINIMAL}`)).toBe(
      of(`${MINIMAL}training: {epochs: 2, seed: 1}\n`),
    );
  });

  it('is listed with the origin of every value', () => {
    const { settings, origins } = resolveTexts(
      {
        'a.yaml': 'extends: b.yaml\ntraining: {epochs: 2}\n',
        'b.yaml': `${MINIMAL}training: {epochs: 1, seed: 3}\n`,
      },
      { set: ['training.batch_size=9'] },
    );
    const lines = listSettings(settings!, origins, '/c').split('\n');
    const line = (name: string) => lines.find(text => text.startsWith(name))?.replace(/ +/g, ' ');
    expect(line('training.epochs')).toBe('training.epochs 2 a.yaml:2:20 (over b.yaml:8:20)');
    expect(line('training.seed')).toBe('training.seed 3 b.yaml:8:29');
    expect(line('training.batch_size')).toBe('training.batch_size 9 command line');
    expect(line('training.precision')).toBe('training.precision auto default');
    expect(line('sampling.crop_size')).toBe('sampling.crop_size [32, 32, 32] b.yaml:6:23');
  });
});
