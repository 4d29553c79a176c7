import { basename, dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { formatYaml } from '../../config/format-resolved.ts';
import type { DatasetSettings } from '../../config/schema/configuration.ts';
import { describeDataset } from '../../dataset/describe-dataset.ts';
import { type Fingerprint, takeFingerprint } from '../../dataset/fingerprint.ts';
import { loadDataset } from '../../dataset/load-dataset.ts';
import { type Plan, planTraining } from '../../dataset/plan.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { withProgress } from '../progress.ts';

export function planCommand(): Command {
  return new Command('plan')
    .description("Write a configuration for a data set, by nnU-Net's rules and for this machine.")
    .argument('<dataset>', 'folder of a data set: Decathlon, nnU-Net raw, or with dataset.csv')
    .option('--output <file>', 'configuration to write; default: <name>.innereye.yaml')
    .action(plan);
}

async function plan(folder: string, { output }: { output?: string }): Promise<void> {
  const path = resolve(folder);
  const file = resolve(output ?? `${basename(path)}.innereye.yaml`);
  const settings = await describeDataset(path);
  const dataset = await loadDataset(settings);
  const fingerprint = await withProgress('Reading subjects', progress =>
    takeFingerprint(dataset, settings, progress),
  );
  const text = writeConfiguration(settings, fingerprint, planTraining(fingerprint), file);
  await writeFileAtomically(file, text);
  console.log(`${file} is written. Check it, then: innereye train ${relative('.', file)}`);
}

function writeConfiguration(
  dataset: DatasetSettings,
  fingerprint: Fingerprint,
  plan: Plan,
  file: string,
): string {
  const classes = dataset.structures.length + 1;
  // A third of the crops on background at most; the first weight takes what rounding leaves.
  const weight = Math.floor((2 / 3 / (classes - 1)) * 1000) / 1000;
  const weights = [Number((1 - weight * (classes - 1)).toFixed(3)), ...dataset.structures.map(() => weight)];
  const location = relative(dirname(file), dataset.path!) || '.';
  const sections: [comment: string, value: unknown][] = [
    [
      `Made from ${fingerprint.subjects} subjects of ${basename(dataset.path!)} by nnU-Net's rules. Sizes and spacings are [z, y, x].`,
      { name: basename(file).replace(/\.innereye\.ya?ml$/, ''), task: 'segmentation' },
    ],
    [
      'Subjects to train on, to choose the checkpoint on, and to test on.',
      {
        dataset: {
          path: location,
          format: dataset.format,
          channels: dataset.channels,
          structures: dataset.structures.map(({ name, label }) =>
            label === undefined ? { name } : { name, label },
          ),
          splits: { train: 0.8, validation: 0.05, test: 0.15 },
        },
      },
    ],
    [
      `The median spacing of the scans${plan.anisotropic ? '; along the coarse axis a finer one' : ''}. CT is windowed by its organs, other channels standardised.`,
      {
        preprocessing: [
          { resample: { spacing_mm: plan.spacing } },
          { normalize: normalization(dataset, fingerprint) },
        ],
      },
    ],
    [
      `Proportions of the median scan (${plan.shape.join(' × ')} voxels at that spacing), as large as a step on a processor allows. A third of the crops are centred on the background.`,
      { sampling: { crop_size: plan.crop, class_weights: weights } },
    ],
    [
      'Light changes of geometry and intensity.',
      {
        augmentation: [
          { random_affine: { probability: 0.5, rotate_degrees: 15, scale: [0.85, 1.15] } },
          { random_noise: { probability: 0.15 } },
          { random_contrast: { probability: 0.5 } },
          { random_brightness: { probability: 0.5 } },
        ],
      },
    ],
    [
      'Each level halves an axis as long as four voxels stay and it is not coarser than the others. More features need a GPU or patience.',
      {
        architecture: {
          name: 'plain_unet',
          features: plan.features,
          levels: plan.levels,
          ...(plan.anisotropic && { strides: plan.strides }),
        },
        loss: {
          name: 'mixture',
          components: [{ name: 'soft_dice', background: false, squared: false }, { name: 'cross_entropy' }],
        },
      },
    ],
    [
      'The number of epochs can be left to --max-minutes.',
      {
        optimizer: { name: 'adamw', learning_rate: 5e-3, weight_decay: 1e-4 },
        schedule: { name: 'cosine', warmup_fraction: 0.03 },
        training: { epochs: 100, batch_size: plan.batchSize, gradient_clip_norm: 12, ema_decay: 0.995 },
        validation: { every_epochs: 0 },
      },
    ],
  ];
  return sections.map(([comment, value]) => `# ${comment}\n${formatYaml(value)}`).join('\n');
}

function normalization({ channels }: DatasetSettings, { foreground }: Fingerprint): unknown {
  const methods = channels.map((name, index) => {
    if (!/^ct$/i.test(name)) return { method: 'z-score' };
    const [low, , high] = foreground[index]!;
    return {
      method: 'ct-window',
      level: Math.round((low + high) / 2),
      window: Math.max(1, Math.round(high - low)),
    };
  });
  if (methods.every(({ method }) => method === 'z-score')) return methods[0];
  return Object.fromEntries(channels.map((name, index) => [name, methods[index]]));
}
