import { describe, expect, it } from 'vitest';
import { documentCache } from '../document-cache.ts';
import { requireSegmentation } from '../require-segmentation.ts';
import { resolveConfiguration } from '../resolve-configuration.ts';
import { importSettings } from './import-settings.ts';
import { readOldSettings } from './old-settings.ts';
import { readPythonValue } from './python-value.ts';

/** As InnerEye writes args.txt: a heading, then a tab, the name in 40 columns, a colon and `str` of the value. */
function argsText(values: Record<string, string>): string {
  const lines = Object.entries(values).map(([name, value]) => `\t${name.padEnd(40)}: ${value}\n`);
  return `\nArguments:\n${lines.join('')}`;
}

// The fields are those of InnerEye's reference; the values are of its HeadAndNeck and Prostate samples.
const ARGS = argsText({
  adam_betas: '(0.9, 0.999)',
  allow_incomplete_labels: 'False',
  architecture: 'UNet3D',
  azure_dataset_id: 'head_and_neck_2020',
  check_exclusive: 'True',
  class_weights: '[0.04, 0.32, 0.32, 0.32]',
  colours: '[(255, 0, 0), (0, 128, 255), (1, 2, 3)]',
  crop_size: '(96, 288, 288)',
  dataset_csv: 'dataset.csv',
  dataset_expected_spacing_xyz: '(1.0, 1.5, 3.0)',
  disable_extra_postprocessing: 'False',
  feature_channels: '[26]',
  fill_holes: '[True, False, True]',
  focal_loss_gamma: '1.0',
  ground_truth_ids: "['external', 'brainstem', 'spinal_cord']",
  ground_truth_ids_display_names: "['zz_external', 'zz_brainstem', 'zz_spinal_cord']",
  image_channels: "['ct']",
  inference_batch_size: '1',
  inference_on_val_set: 'True',
  inference_stride_size: '(72, 256, 256)',
  kernel_size: '3',
  l_rate: '0.001',
  l_rate_polynomial_gamma: '0.9',
  l_rate_scheduler: 'LRSchedulerType.Polynomial',
  l_rate_warmup: 'LRWarmUpType.Linear',
  l_rate_warmup_epochs: '3',
  largest_connected_component_foreground_classes: "['external', ('brainstem', 0.1)]",
  level: '50',
  local_dataset: '/data/head and neck',
  loss_type: 'SegmentationLoss.Mixture',
  mask_id: 'None',
  min_l_rate: '1e-05',
  mixture_loss_components:
    "[MixtureLossComponent(weight=0.5, loss_type=<SegmentationLoss.Focal: 'Focal'>, class_weight_power=0.2), MixtureLossComponent(weight=0.5, loss_type=<SegmentationLoss.SoftDice: 'SoftDice'>, class_weight_power=0.1)]",
  monitor_gpu: 'True',
  norm_method: 'PhotometricNormalizationMethod.CtWindow',
  num_dataload_workers: '4',
  num_downsampling_paths: '4',
  num_epochs: '120',
  number_of_cross_validation_splits: '5',
  opt_eps: '0.0001',
  optimizer_type: 'OptimizerType.Adam',
  output_range: '(-1, 1)',
  padding_mode: 'PaddingMode.LinearRamp',
  posterior_smoothing_mm: '(2.0, 2.0, 3.0)',
  random_seed: '7',
  restrict_subjects: '20,,5',
  roi_interpreted_types: "['EXTERNAL', 'ORGAN', 'None']",
  slice_exclusion_rules:
    "[SliceExclusionRule(higher_class='brainstem', lower_class='spinal_cord', higher_dominates=False)]",
  summed_probability_rules:
    "[SummedProbabilityRule(first_class='spinal_cord', second_class='brainstem', external_class='external')]",
  test_crop_size: '(144, 512, 512)',
  train_batch_size: '1',
  use_mixed_precision: 'False',
  weight_decay: '0.0001',
  window: '600',
  weights_url: '[]',
});

function resolved(yaml: string) {
  const file = '/c/imported.innereye.yaml';
  return resolveConfiguration(file, {
    sources: documentCache(name => (name === file ? yaml : undefined)),
    workingDirectory: '/c',
    exists: () => true,
    memoryBytes: Number.MAX_SAFE_INTEGER,
  });
}

describe('import-config', () => {
  const imported = importSettings(readOldSettings(ARGS, 'args.txt'), 'args.txt');
  const { settings: found, diagnostics } = resolved(imported.yaml);
  const settings = found && requireSegmentation(found);

  it('makes a configuration without errors', () => {
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(settings).toBeDefined();
  });

  it('brings over data, structures and colours, and turns x, y, z into z, y, x', () => {
    expect(settings!.dataset).toMatchObject({
      path: '/data/head and neck',
      azure: { datastore: 'innereyedatasets', path: 'datasets/head_and_neck_2020' },
      format: 'csv',
      channels: ['ct'],
      expected_spacing_mm: [3, 1.5, 1],
      splits: { restrict: { train: 20, test: 5 } },
      structures: [
        {
          name: 'external',
          color: '#ff0000',
          display_name: 'zz_external',
          fill_holes: true,
          roi_type: 'EXTERNAL',
        },
        { name: 'brainstem', color: '#0080ff', fill_holes: false, roi_type: 'ORGAN' },
        { name: 'spinal_cord', color: '#010203', roi_type: 'NONE' },
      ],
    });
  });

  it('brings over network, loss, optimizer and schedule', () => {
    expect(settings!.architecture).toEqual({ name: 'unet3d', features: 26, levels: 5, kernel_size: 3 });
    expect(settings!.loss).toMatchObject({
      name: 'mixture',
      components: [
        { name: 'focal', weight: 0.5, class_weight_power: 0.2, gamma: 1 },
        { name: 'soft_dice', weight: 0.5, class_weight_power: 0.1 },
      ],
    });
    expect(settings!.optimizer).toMatchObject({
      name: 'adam',
      learning_rate: 1e-3,
      epsilon: 1e-4,
      weight_decay: 1e-4,
    });
    expect(settings!.schedule).toMatchObject({
      name: 'polynomial',
      power: 0.9,
      minimum: 1e-5,
      warmup_epochs: 3,
    });
    expect(settings!.training).toMatchObject({
      epochs: 120,
      batch_size: 1,
      seed: 7,
      precision: 'float32',
      loader_threads: 4,
    });
  });

  it('brings over sampling, tiles and the rules of post-processing in their order', () => {
    expect(settings!.sampling).toMatchObject({ crop_size: [96, 288, 288], padding: 'linear-ramp' });
    expect(settings!.inference).toMatchObject({
      window: [144, 512, 512],
      overlap: 0.5,
      blend: 'crop',
      splits: ['validation', 'test'],
    });
    expect(settings!.postprocessing).toEqual([
      { smooth_posteriors: { sigma_mm: [2, 2, 3] } },
      { summed_probability: { first: 'spinal_cord', second: 'brainstem', external: 'external' } },
      { largest_component: { structures: ['external'] } },
      { largest_component: { structures: ['brainstem'], threshold: 0.1 } },
      { slice_exclusion: { lower: 'spinal_cord', higher: 'brainstem', higher_dominates: false } },
    ]);
  });

  it('names what has no counterpart, and not what was never set', () => {
    expect(imported.left.join('\n')).toMatch(/number_of_cross_validation_splits: 5/);
    expect(imported.left.join('\n')).toMatch(/monitor_gpu/);
    expect(imported.left.join('\n')).not.toMatch(/weights_url/);
    expect(imported.yaml).toMatch(/^# From the settings of an InnerEye run, args.txt/);
    expect(imported.yaml).toContain('# - number_of_cross_validation_splits: 5');
  });

  it('reads a YAML dump of the same settings', () => {
    const dump =
      'architecture: UNet2D\ncrop_size: [1, 64, 64]\nimage_channels: [mr]\nground_truth_ids: [a]\nnorm_method: MriWindow\ntail: [1.0]\nsharpen: 2.5\nfeature_channels: [16]\n';
    const again = resolved(importSettings(readOldSettings(dump, 'x.yaml'), 'x.yaml').yaml);
    expect(again.settings?.architecture).toMatchObject({ name: 'unet2d', features: 16, levels: 5 });
    expect(again.settings?.preprocessing).toEqual([
      { normalize: { method: 'mri-window', sharpen: 2.5, tail: 1, output_range: [-1, 1] } },
    ]);
  });

  it('says so when a file holds no settings', () => {
    expect(() => readOldSettings('hello', 'notes.txt')).toThrow(/no settings/);
    expect(() => readOldSettings('{a: [', 'x.json')).toThrow(/cannot be read/);
  });
});

describe("Python's values", () => {
  it.each([
    ["['a', \"b's\", None, True]", ['a', "b's", null, true]],
    ['(1, -2.5, 1e-05)', [1, -2.5, 1e-5]],
    ["{'a': (1,), 'b': []}", { a: [1], b: [] }],
    ["PosixPath('/data/x')", '/data/x'],
    ['OptimizerType.Adam', 'Adam'],
    ["<Loss.Focal: 'Focal'>", 'Focal'],
    ['/data/with space', '/data/with space'],
    ['[1, 2', '[1, 2'],
    ['', ''],
  ])('%s is read as data', (text, value) => {
    expect(readPythonValue(text)).toEqual(value);
  });
});
