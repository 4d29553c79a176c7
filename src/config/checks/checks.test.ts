import { describe, expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../resolve-texts.ts';

/** Findings of a configuration: `code file line:column`, and those of the text that a suggestion mends. */
function codes(text: string, options: { memoryBytes?: number } = {}): string[] {
  return resolveTexts({ a: text }, options).diagnostics.map(
    ({ code, location }) => `${code} ${location.line}`,
  );
}

const add = (text: string) => `${MINIMAL}${text}\n`;

describe('checks of a configuration', () => {
  it('find a structure whose name leads out of a folder', () => {
    const { diagnostics } = resolveTexts({ a: MINIMAL.replace('liver', '"../../liver"') });
    expect(diagnostics).toMatchObject([
      { severity: 'error', message: expect.stringContaining('but it holds the character /') },
    ]);
  });

  it('find nothing in a sound one', () => {
    expect(codes(MINIMAL)).toEqual([]);
  });

  it('frozen parts should have learned something before', () => {
    const training = (text: string) => add(`training: { epochs: 5, ${text} }`);
    expect(codes(training('frozen: [encoder]'))).toEqual(['frozen-at-random 8']);
    expect(codes(training('frozen: [encoder], initial_weights: other'))).not.toContain('frozen-at-random 8');
  });

  it('devices must get equal parts of a batch, on the engine', () => {
    const training = (text: string) => add(`training: { epochs: 5, ${text} }`);
    expect(codes(training('batch_size: 4, devices: 2'))).toEqual([]);
    expect(codes(training('batch_size: 4, devices: 3'))).toEqual(['devices 8']);
    expect(codes(training('batch_size: 4, devices: 2, device: javascript'))).toEqual(['devices 8']);
  });

  it.each([
    ['unet3d, levels: 5', '[32, 40, 32]', '[32, 48, 32]'],
    ['unet3d, levels: 5', '[8, 16, 16]', '[16, 16, 16]'],
    ['unet2d, levels: 5', '[3, 40, 64]', '[3, 48, 64]'],
    ['basic', '[28, 40, 40]', '[29, 40, 40]'],
    ['plain_unet, levels: 3, strides: [[1, 2, 2], [2, 2, 2]]', '[5, 10, 12]', '[6, 12, 12]'],
    ['residual_unet, levels: 2', '[5, 6, 6]', '[6, 6, 6]'],
  ])('a crop must fit the network: %s with %s', (architecture, crop, valid) => {
    const text = MINIMAL.replace('{name: unet3d, levels: 3}', `{name: ${architecture}}`);
    const [finding, ...others] = resolveTexts({ a: text.replace('[32, 32, 32]', crop) }).diagnostics;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'crop-size', severity: 'error', suggestion: valid });
    expect(finding.location).toMatchObject({ line: 6 });
    expect(codes(text.replace('[32, 32, 32]', valid))).toEqual([]);
  });

  it('tiles must fit it too', () => {
    expect(codes(add('inference: {window: [30, 32, 32]}'))).toEqual(['crop-size 8']);
  });

  it('class weights are as many as classes, and add up to 1', () => {
    const weights = (text: string) =>
      MINIMAL.replace('[32, 32, 32]}', `[32, 32, 32], class_weights: ${text}}`);
    expect(codes(weights('[0.5, 0.5]'))).toEqual([]);
    expect(codes(weights('[0.3333, 0.6663]'))).toEqual([]);
    expect(codes(weights('[0.3, 0.3, 0.4]'))).toEqual(['class-weights-count 6']);
    const { diagnostics } = resolveTexts({ a: weights('[1, 3]') });
    expect(diagnostics).toMatchObject([{ code: 'class-weights-sum', suggestion: '[0.25, 0.75]' }]);
  });

  it('structures, channels and mask have names and labels of their own', () => {
    const structures = (text: string) => MINIMAL.replace('[{name: liver, label: 1}]', text);
    expect(codes(structures('[{name: a, label: 1}, {name: a, label: 2}]'))).toEqual([
      'duplicate-structure 5',
    ]);
    expect(codes(structures('[{name: a, label: 1}, {name: b, label: 1}]'))).toEqual(['duplicate-label 5']);
    expect(codes(structures('[{name: ct, label: 1}]'))).toEqual(['name-used-twice 5']);
    expect(codes(structures('[{name: Background}]'))).toEqual(['background-structure 5']);
    expect(codes(MINIMAL.replace('[ct]', '[ct, ct]'))).toEqual(['name-used-twice 4']);
    expect(codes(MINIMAL.replace('[ct]', '[ct]\n  mask: ct'))).toEqual(['name-used-twice 5']);
  });

  it('post-processing names structures that there are', () => {
    const { diagnostics } = resolveTexts({
      a: add('postprocessing:\n  - largest_component: {structures: [liver, livr]}'),
    });
    expect(diagnostics).toMatchObject([
      { code: 'unknown-structure', suggestion: 'liver', location: { column: 45 } },
    ]);
  });

  it('a normalisation by channel names every channel and no other', () => {
    expect(codes(add('preprocessing:\n  - normalize: {ct: {method: simple}}'))).toEqual([]);
    expect(codes(add('preprocessing:\n  - normalize: {cta: {method: simple}}'))).toEqual([
      'channel-not-normalized 9',
      'unknown-channel 9',
    ]);
  });

  it('steps stand in an order that makes sense', () => {
    const steps = (...lines: string[]) =>
      codes(add(`preprocessing:\n${lines.map(line => `  - ${line}`).join('\n')}`));
    const normalize = 'normalize: {method: simple}';
    const resample = 'resample: {spacing_mm: [1, 1, 1]}';
    expect(steps(resample, normalize)).toEqual([]);
    expect(steps(normalize, resample)).toEqual(['resampled-late 10']);
    expect(steps(normalize, normalize)).toEqual(['normalized-twice 10']);
    expect(steps(resample, resample)).toEqual(['resampled-twice 10']);
    expect(steps('resize: {size: [8, 8, 8]}')).toEqual(['resized-segmentation 9']);
    const post =
      'postprocessing:\n  - largest_component: {structures: [liver]}\n  - smooth_posteriors: {sigma_mm: [1, 1, 1]}';
    expect(codes(add(post))).toEqual(['posteriors-after-classes 10']);
  });

  it('splits leave subjects to train on, and no subject is in two', () => {
    const splits = (text: string) => codes(MINIMAL.replace('channels:', `splits: ${text}\n  channels:`));
    expect(splits('{train: 0.9}')).toEqual(['splits-sum 4']);
    expect(splits('{train: 0, validation: 0.5}')).toEqual(['nothing-to-train-on 4']);
    expect(splits('{ids: {train: [1, 2], test: [2]}}')).toEqual(['subject-in-two-splits 4']);
    expect(splits('{ids: {train: [1, 2], test: [3]}, file: s.csv}')).toEqual(['two-splits 4']);
  });

  it('the schedule fits the learning rate and the length of training', () => {
    const schedule = (text: string) => codes(add(`schedule: {${text}}`));
    expect(schedule('name: multi_step, milestones: [20, 10]')).toEqual(['milestones 8']);
    expect(schedule('name: multi_step, milestones: [20, 200]')).toEqual(['milestones-unreached 8']);
    expect(schedule('name: cosine, minimum: 0.1')).toEqual(['minimum-rate 8']);
    expect(schedule('name: cosine, warmup_epochs: 2, warmup_fraction: 0.1')).toEqual(['two-warmups 8']);
    expect(schedule('name: cosine, warmup_epochs: 100')).toEqual(['warmup-too-long 8']);
  });

  it('settings of a network agree with its levels', () => {
    const network = (text: string) => codes(MINIMAL.replace('{name: unet3d, levels: 3}', `{${text}}`));
    expect(network('name: unet3d, levels: 3, kernel_size: 4')).toEqual(['even-kernel 7']);
    expect(network('name: plain_unet, levels: 3, strides: [[2, 2, 2]]')).toEqual(['strides-count 7']);
    expect(network('name: plain_unet, levels: 2, deep_supervision: true')).toEqual(['deep-supervision 7']);
    expect(network('name: residual_unet, levels: 3, blocks: [1, 1]')).toEqual(['blocks-count 7']);
  });

  it('tiles overlap where they are blended, and not too much', () => {
    expect(codes(add('inference: {overlap: 0}'))).toEqual(['nothing-to-blend 8']);
    expect(codes(add('inference: {overlap: 0.9}'))).toEqual(['large-overlap 8']);
  });

  it('left and right are not mirrored', () => {
    const sides = add('augmentation: [{random_flip: {axes: [x]}}]');
    expect(codes(sides)).toEqual([]);
    const structures = '[{name: lung_l, label: 1}, {name: lung_r, label: 2}]';
    expect(codes(sides.replace('[{name: liver, label: 1}]', structures))).toEqual(['mirrored-sides 8']);
    const mirrored = add('inference: {mirror: [x]}');
    expect(codes(mirrored)).toEqual([]);
    expect(codes(mirrored.replace('[{name: liver, label: 1}]', structures))).toEqual(['mirrored-sides 8']);
  });

  it('files that are named exist', () => {
    expect(codes(MINIMAL.replace('./data', './missing'))).toEqual(['missing-file 3']);
    expect(codes(MINIMAL.replace('  path: ./data\n', ''))).toEqual(['no-dataset 2']);
    expect(codes(add('plugins: [./missing.ts]'))).toEqual(['missing-file 8']);
    expect(codes(add('training: {initial_weights: ./missing}'))).toEqual(['missing-file 8']);
  });

  it('plugin definitions need a plugin module', () => {
    expect(codes(add('augmentation: [{plugin: {name: mine}}]'))).toEqual(['no-plugins 8']);
    expect(codes(add('augmentation: [{plugin: {name: mine}}]\nplugins: [./mine.ts]'))).toEqual([]);
  });

  it('a training step fits into memory', () => {
    const { diagnostics } = resolveTexts({ a: MINIMAL }, { memoryBytes: 1e6 });
    expect(diagnostics).toMatchObject([{ code: 'memory', severity: 'warning', location: { line: 6 } }]);
    expect(diagnostics[0].message).toMatch(/needs about [\d.]+ MB, but there are 1\.0 MB/);
  });
});

const SEQUENCE = `task: sequence
dataset:
  path: data
  features: {numerical: [marker]}
  sequence: {column: visit, maximum: 3}
  targets: {column: relapse}
architecture: {name: mlp}
`;

describe('checks of a sequence', () => {
  it('find nothing in a sound one', () => {
    expect(codes(SEQUENCE)).toEqual([]);
    expect(codes(`${SEQUENCE}loss: {name: focal}\n`)).toEqual([]);
  });

  it.each([
    ['a loss for other targets', `${SEQUENCE}loss: {name: huber}\n`, 'loss-of-other-targets 8'],
    [
      'a position beyond the last',
      SEQUENCE.replace('maximum: 3', 'maximum: 3, target_positions: [1, 4]'),
      'position-left-out 5',
    ],
    [
      'images for a network of tables',
      SEQUENCE.replace('path: data', 'path: data\n  channels: [scan]\ninput: {size: [8, 8, 8]}').replace(
        /input:.*\n/,
        '',
      ),
      'missing-input-size 4 images-unseen 8',
    ],
    ['a table for a network of images', SEQUENCE.replace('name: mlp', 'name: resnet'), 'images-missing 7'],
    [
      'a memory without visits',
      SEQUENCE.replace('sequence\n', 'classification\n')
        .replace(/.*sequence:.*\n/, '')
        .replace('name: mlp', 'name: mlp, recurrence: {name: gru}'),
      'recurrence-without-visits 6',
    ],
  ])('find %s', (_, text, expected) => {
    expect(codes(text).join(' ')).toBe(expected);
  });

  it('name an unknown key of the targets that are meant', () => {
    const { diagnostics } = resolveTexts({
      a: SEQUENCE.replace('column: relapse', 'column: relapse, kinds: binary'),
    });
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining('unknown key `kinds`') }]);
  });
});

const SCANS = `task: classification
dataset:
  path: data
  channels: [scan]
  targets: {column: relapse}
input:
  size: [8, 40, 40]
architecture: {name: resnet}
`;

describe('checks of images for an encoder', () => {
  const scans = (architecture: string, size = '[8, 40, 40]') =>
    SCANS.replace('{name: resnet}', `{${architecture}}`).replace('[8, 40, 40]', size);

  it('find nothing where they fit', () => {
    expect(codes(SCANS)).toEqual([]);
    expect(codes(`${SCANS}preprocessing: [{resize: {size: [8, 40, 40]}}]\n`)).toEqual([]);
    expect(codes(scans('name: image_encoder', '[1, 91, 91]'))).toEqual([]);
    expect(codes(scans('name: image_encoder, padding: zero'))).toEqual([]);
  });

  it('name the size that kernels and strides need, at its line', () => {
    const text = scans('name: image_encoder');
    const { diagnostics } = resolveTexts({ a: text });
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'input-size', location: { line: 7 }, suggestion: '[8, 91, 91]' },
    ]);
    expect(codes(text.replace('[8, 40, 40]', '[8, 91, 91]'))).toEqual([]);
    const beside = text.replace('  targets', '  features: {numerical: [age]}\n  targets');
    expect(resolveTexts({ a: beside }).diagnostics).toMatchObject([{ suggestion: '[8, 123, 123]' }]);
  });

  it.each([
    ['name: resnet, normalization: instance', '[8, 8, 8]', 'input-size-of-one 7'],
    ['name: unet_encoder, network: {name: plain_unet, levels: 4}', '[8, 8, 8]', 'input-size-of-one 7'],
    ['name: resnet', '[4, 4, 4]', 'input-size-used-up 7'],
    [
      'name: unet_encoder, network: {name: plain_unet, strides: [[2, 2, 2]]}',
      '[32, 32, 32]',
      'strides-count 8',
    ],
    ['name: densenet, stem: {kernel_size: 4}', '[32, 32, 32]', 'even-kernel 8'],
    ['name: image_encoder, padding: zero, kernel_size: [1, 3, 4]', '[8, 32, 32]', 'even-kernel 8'],
  ])('find what %s does to %s', (architecture, size, expected) => {
    expect(codes(scans(architecture, size)).join(' ')).toBe(expected);
  });
});
