import { describe, expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver-types';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { hover } from './hover.ts';

/** The text of the hover at the cursor, and what it is about. */
function hoverAt(marked: string, world: World = {}): string | undefined {
  const { document, position, readers } = atCursor(marked, world);
  const found = hover(document, position, readers);
  return (found?.contents as MarkupContent | undefined)?.value;
}

const BASE = `# What our models have in common.
# Nothing to add.
extends: innereye/segmentation
dataset:
  path: ./data
  channels: [ct]
  structures: [{name: liver, label: 1}]
preprocessing:
  - resample: { spacing_mm: [3, 1, 1] }
sampling: { crop_size: [32, 64, 64] }
architecture: { name: unet3d, features: 4 }
training: { epochs: 60, batch_size: 2, precision: float32 }
augmentation:
  - random_noise: {}
`;
const WORLD: World = { files: { 'base.innereye.yaml': BASE } };
const INHERIT = 'extends: ./base.innereye.yaml\n';

describe('hover', () => {
  test('tells what a setting means, may be and is by default', () => {
    const text = hoverAt('inference:\n  over|lap: 0.2\n');
    expect(text).toContain('**`inference.overlap`**');
    expect(text).toContain('Share of a tile that overlaps with its neighbours.');
    expect(text).toContain('number, 0 to 0.9 · default `0.5`');
    expect(hoverAt('augmentation:\n  - random_no|ise: {}\n')).not.toContain('required');
    expect(hoverAt('training:\n  precision: au|to\n')).toContain('`auto`, `float32`, `bfloat16`, `float16`');
  });

  test('tells unit and order of axes', () => {
    expect(hoverAt('preprocessing:\n  - resample: {spacing_mm: [1, |2, 3]}')).toContain('[z, y, x] in mm');
    expect(hoverAt('sampling: {crop_size: [1, |2, 3]}')).toContain('Size [z, y, x] in voxels');
  });

  test('tells the chain of files that set a value, with links and what was overridden', () => {
    const text = hoverAt(`${INHERIT}training:\n  epo|chs: 5\n`, WORLD);
    expect(text).toContain('Resolved: `5`');
    expect(text).toContain(
      'overrides [base.innereye.yaml:12](file:///c/base.innereye.yaml#L12,21) (`60`) · ' +
        'overrides [innereye/segmentation:10](innereye-preset:/innereye/segmentation.innereye.yaml#L10,21) (`100`)',
    );
    const inherited = hoverAt(`${INHERIT}training:\n  ep|ochs: null\n`, WORLD);
    expect(inherited).toContain('Resolved: `100`');
  });

  test('tells what a section comes to', () => {
    const text = hoverAt(`${INHERIT}train|ing:\n  epochs: 5\n`, WORLD);
    expect(text).toContain('The training loop.');
    expect(text).toContain('overrides [base.innereye.yaml:12]');
  });

  test('follows what is appended to an inherited list', () => {
    const text = hoverAt(
      `${INHERIT}augmentation:\n  $append:\n    - random_flip: {axes: [x], prob|ability: 0.3}\n`,
      WORLD,
    );
    expect(text).toContain('Probability that the step is done to a crop.');
    expect(text).toContain('Resolved: `0.3`');
  });

  test('tells voxels, millimetres and memory of a crop', () => {
    const text = hoverAt(`${INHERIT}sampling: {crop_|size: [32, 64, 64]}`, WORLD);
    // 32 × 64 × 64 voxels at 3 × 1 × 1 mm.
    expect(text).toContain('32 × 64 × 64 (z × y × x) = 131,072 voxels, 96 × 64 × 64 mm');
    expect(text).toMatch(/One training step of 2 crops takes about \*\*\d+ MB\*\* of memory/);
    expect(text).toContain('`unet3d` takes multiples of 16, 16, 16 along z, y, x.');
  });

  test('tells levels, weights and receptive field of a network', () => {
    const text = hoverAt(`${INHERIT}arch|itecture: {name: unet3d, features: 4}`, WORLD);
    // InnerEye's HelloWorld has 506,031 weights with one channel and three classes; a class has four and a bias.
    expect(text).toContain(`**${(506_031 - 5).toLocaleString('en')}** weights for 1 channel and 2 classes`);
    expect(text).toContain('| 5 | 16 × 16 × 16 | 2 × 4 × 4 | 64 | 2 |');
    expect(text).toMatch(/Receptive field: (\d+) × \1 × \1 voxels/);
    const name = hoverAt(`${INHERIT}architecture: {name: un|et3d}`, WORLD);
    expect(name).toContain("InnerEye's UNet3D");
    expect(name).toContain('`unet3d`, `unet2d`, `basic`, `plain_unet`, `residual_unet`, `plugin` · required');
  });

  test('tells what a data set says of itself', () => {
    const dataset = {
      subjects: 260,
      columns: [],
      channels: ['MRI'],
      structures: [{ name: 'Anterior', label: 1 }],
    };
    expect(hoverAt(`${INHERIT}dataset: {pa|th: ./d}`, { ...WORLD, dataset })).toContain(
      '260 subjects\\\nchannels: MRI\\\nstructures: 1 Anterior',
    );
  });

  test('tells what a base is for and what it is based on', () => {
    const text = hoverAt('extends: ./ba|se.innereye.yaml', WORLD);
    expect(text).toContain('[base.innereye.yaml](file:///c/base.innereye.yaml)');
    expect(text).toContain('What our models have in common. Nothing to add.');
    expect(text).toContain(
      'Based on [innereye/segmentation](innereye-preset:/innereye/segmentation.innereye.yaml)',
    );
  });

  test.each([
    '|',
    '# wo|rds',
    'nonsen|se: 1',
    'training:\n |  epochs: 5',
    'extends: ./no|ne.yaml',
    '[|',
    '}{|: x',
  ])('is silent at %j', marked => {
    expect(hoverAt(marked)).toBeUndefined();
  });
});
