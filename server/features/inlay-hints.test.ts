import { describe, expect, test } from 'vitest';
import { MINIMAL } from '../../src/config/resolve-texts.ts';
import { atCursor, type World } from '../testing/at-cursor.ts';
import { inlayHints } from './inlay-hints.ts';

const ALL = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

/** The text with its hints in guillemets, as an editor shows it; only lines with hints. */
function hinted(text: string, world: World = {}, range = ALL): string[] {
  const { document, readers } = atCursor(`|${text}`, world);
  const lines = document.text.split('\n');
  return inlayHints(document, range, readers).map(({ position: { line, character }, label }) => {
    const words = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
    return `${lines[line].slice(0, character)} «${words}»${lines[line].slice(character)}`;
  });
}

const files = {
  'base.innereye.yaml': `${MINIMAL.replace('levels: 3', 'levels: 3, features: 16')}training: { epochs: 60, seed: 1 }
augmentation:
  - random_flip: { axes: [x] }
`,
};

describe('inlay hints', () => {
  test('tell what a partly written section inherits, and from where', () => {
    expect(
      hinted('extends: ./base.innereye.yaml\narchitecture: { levels: 4 } # deeper\n', { files }),
    ).toEqual([
      'architecture: { levels: 4 } «← base.innereye.yaml: name unet3d, features 16 · default: kernel_size 3» # deeper',
    ]);
  });

  test('stand behind the key of a block', () => {
    const [hint] = hinted('extends: ./base.innereye.yaml\nsampling:\n  padding: zero\n', { files });
    expect(hint).toMatch(/^sampling: «← base\.innereye\.yaml: crop_size \[32, 32, 32\]/);
  });

  test('say nothing of defaults that switch something off', () => {
    const [hint] = hinted('extends: ./base.innereye.yaml\ntraining: { epochs: 5 }\n', { files });
    expect(hint).toContain('seed 1');
    expect(hint).not.toContain('ema_decay');
    expect(hint).toContain('batch_size 2, precision auto, device auto, …');
  });

  test('show the list that a change of an inherited list makes', () => {
    const text = 'extends: ./base.innereye.yaml\naugmentation:\n  $append: [random_gamma: {}]\n';
    expect(hinted(text, { files })).toEqual(['augmentation: «→ random_flip, random_gamma»']);
  });

  test('show the default that a null brings back', () => {
    const hints = hinted('extends: ./base.innereye.yaml\ntraining:\n  epochs: null\n', { files });
    expect(hints).toContain('  epochs: null «← default 100»');
  });

  test('are told of the visible lines alone, and never fail in broken files', () => {
    const text = 'extends: ./base.innereye.yaml\ntraining: {epochs: 5}\narchitecture: {levels: 4}\n';
    expect(hinted(text, { files }, { ...ALL, start: { line: 2, character: 0 } })).toHaveLength(1);
    for (const broken of [
      '',
      '[',
      'training',
      'training: {',
      '- a',
      'training: 5',
      'extends: ./main.innereye.yaml',
    ])
      expect(hinted(broken)).toEqual([]);
  });
});
