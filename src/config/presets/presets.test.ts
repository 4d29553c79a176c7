import { describe, expect, it } from 'vitest';
import { documentCache } from '../document-cache.ts';
import { requireSegmentation } from '../require-segmentation.ts';
import { resolveConfiguration } from '../resolve-configuration.ts';
import { PRESET, presetNames } from './presets.ts';

const BASES = new Set(presetNames().filter(name => name.startsWith('innereye/segmentation')));

function resolveChild(preset: string, own: string) {
  const text = `extends: ${preset}\n${own}`;
  return resolveConfiguration('/c/child.innereye.yaml', {
    sources: documentCache(file => (file === '/c/child.innereye.yaml' ? text : undefined)),
    workingDirectory: '/c',
    exists: () => true,
    memoryBytes: Number.MAX_SAFE_INTEGER,
  });
}

describe('presets', () => {
  it.each(presetNames().filter(name => !BASES.has(name)))(
    '%s needs nothing but the path of the data set',
    name => {
      const { settings, diagnostics } = resolveChild(name, 'dataset: {path: ./data}');
      expect(diagnostics).toEqual([]);
      expect(settings?.dataset.path).toBe('/c/data');
    },
  );

  it.each([...BASES])('%s needs data set and, where it names none, architecture and crop size', name => {
    const own = `dataset: {path: ./data, channels: [ct], structures: [{name: liver, label: 1}]}\n${
      name === 'innereye/segmentation'
        ? 'architecture: {name: basic}\nsampling: {crop_size: [48, 48, 48]}'
        : ''
    }`;
    expect(resolveChild(name, own).diagnostics).toEqual([]);
  });

  it("have InnerEye's values", () => {
    // Of its sample configurations (InnerEye/ML/configs/segmentation, last version).
    const lung = requireSegmentation(resolveChild('innereye/lung', 'dataset: {path: .}').settings!);
    expect(lung.sampling.crop_size).toEqual([64, 224, 224]);
    expect(lung.inference.window).toEqual([112, 512, 512]);
    expect(lung.preprocessing).toEqual([
      { normalize: { method: 'ct-window', level: -500, window: 2200, output_range: [-1, 1] } },
    ]);
    expect(lung.training.epochs).toBe(300);
    const head = requireSegmentation(resolveChild('innereye/head-and-neck', 'dataset: {path: .}').settings!);
    expect(head.dataset.structures).toHaveLength(22);
    expect(head.architecture).toMatchObject({ name: 'unet3d', features: 26, levels: 5 });
    const hippocampus = requireSegmentation(
      resolveChild('innereye/hippocampus', 'dataset: {path: .}').settings!,
    );
    expect(hippocampus.architecture).toMatchObject({ features: 16 });
    expect(hippocampus.dataset.splits.group_by).toBe('groupID');
  });

  it('are named in messages by their name', () => {
    expect(PRESET).toBe('preset:');
    const { diagnostics } = resolveChild('innereye/lungs', '');
    expect(diagnostics[0]).toMatchObject({ code: 'missing-base', suggestion: 'innereye/lung' });
  });
});
