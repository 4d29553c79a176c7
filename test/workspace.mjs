// The folder that the tests in VS Code open: a family of configurations and a few scans.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BASE = `# What all our models share.
name: base
task: segmentation
dataset:
  path: ./data
  format: csv
  channels: [mr]
  structures:
    - { name: liver, color: "#e6194b" }
    - { name: kidneys, color: "#3cb44b" }
  splits: { train: 0.5, validation: 0.25, test: 0.25, seed: 0 }
preprocessing:
  - resample: { spacing_mm: [3, 3, 3] }
  - normalize: { method: z-score }
sampling:
  crop_size: [16, 32, 32]
  class_weights: [0.34, 0.33, 0.33]
architecture: { name: plain_unet, features: 8, levels: 3, normalization: instance }
loss: { name: soft_dice }
optimizer: { name: adamw, learning_rate: 5e-3 }
training: { epochs: 3, batch_size: 1, seed: 42 }
`;

const CHILD = `# What differs.
extends: ./base.innereye.yaml
name: child
training:
  epochs: 2
postprocessing:
  - largest_component: { structures: [liver] }
`;

const PRESET = `extends: innereye/segmentation-unet3d
name: from-preset
dataset: { path: ./data, format: csv, channels: [mr], structures: [{ name: liver }, { name: kidneys }] }
`;

const MISSPELT = `extends: ./base.innereye.yaml
name: misspelt
trainning:
  epochs: 2
`;

/** Learns liver and kidneys of the cohort's scans: half a second an epoch on two cores. */
const LEARNER = `name: learner
task: segmentation
dataset:
  path: ./data
  format: csv
  channels: [mr]
  structures:
    - { name: liver, color: "#e6194b" }
    - { name: kidneys, color: "#3cb44b" }
  splits: { train: 0.6, validation: 0.2, test: 0.2, seed: 0 }
preprocessing:
  - resample: { spacing_mm: [4, 3, 3] }
  - normalize: { method: z-score }
sampling:
  crop_size: [24, 40, 40]
  class_weights: [0.34, 0.33, 0.33]
architecture: { name: plain_unet, features: 8, levels: 3, normalization: instance }
loss:
  name: mixture
  components:
    - { name: soft_dice, background: false, squared: false }
    - { name: cross_entropy }
optimizer: { name: adamw, learning_rate: 5e-3 }
schedule: { name: cosine, warmup_fraction: 0.03 }
training: { epochs: 50, batch_size: 1, gradient_clip_norm: 12, seed: 42 }
validation: { every_epochs: 10 }
inference: { window: [32, 48, 48], overlap: 0.5, blend: gaussian }
`;

/** A base with a step whose effect can be seen, and the configuration that is debugged. */
const AUGMENTED = `extends: ./learner.innereye.yaml
augmentation:
  - random_brightness: { probability: 1, shift: [0.5, 0.6] }
`;
const DEBUGGED = `extends: ./augmented.innereye.yaml
name: debugged
training: { epochs: 1 }
`;

/** A loss of one's own, in TypeScript. */
const PLUGIN = `import * as tf from '@tensorflow/tfjs-core';
import { defineLoss } from 'innereye';

export const brier = defineLoss({
  name: 'brier',
  build: () => ({ probabilities }: { probabilities: tf.Tensor }, { oneHot }: { oneHot: tf.Tensor }) => {
    const difference = tf.sub(probabilities, oneHot);
    return tf.mean(tf.square(difference));
  },
});
`;
const WITH_PLUGIN = `extends: ./learner.innereye.yaml
plugins: [./brier.ts]
loss: { name: plugin, definition: brier }
`;

/** Files by name, for tests that need others beside or instead of them. */
export const FILES = {
  'base.innereye.yaml': BASE,
  'child.innereye.yaml': CHILD,
  'preset.innereye.yaml': PRESET,
  'misspelt.innereye.yaml': MISSPELT,
  'learner.innereye.yaml': LEARNER,
  'augmented.innereye.yaml': AUGMENTED,
  'debugged.innereye.yaml': DEBUGGED,
  'brier.ts': PLUGIN,
  'with-plugin.innereye.yaml': WITH_PLUGIN,
  'notes.md': '# Notes\n',
};

/**
 * Makes the folder, with a synthetic cohort in data/.
 * @param subjects scans in data/; 0 for none
 */
export function makeWorkspace({ subjects = 4, files = FILES } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'innereye-workspace-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  if (subjects > 0) {
    const args = ['dist/innereye.js', 'cohort', join(folder, 'data'), '--subjects', String(subjects)];
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
