import { basename } from 'node:path';
import { formatYaml } from '../config/format-resolved.ts';
import { formatBytes } from '../config/memory.ts';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import type { ChannelIntensities, Fingerprint } from './fingerprint.ts';
import type { Machine, Plan } from './plan.ts';

/** What a planned configuration is written from. */
export interface PlannedConfiguration {
  readonly name: string;
  /** Path of the data set as the configuration is to say it. */
  readonly path: string;
  /** Without the structures that no scan has. */
  readonly dataset: DatasetSettings;
  /** Names of those. */
  readonly empty: readonly string[];
  readonly fingerprint: Fingerprint;
  readonly plan: Plan;
  readonly machine: Machine;
}

/** The text of a configuration, with a comment before each part that says why it is so. */
export function plannedConfiguration(planned: PlannedConfiguration): string {
  const parts = [heading(planned), data(planned), preprocessing(planned), sampling(planned)];
  parts.push(AUGMENTATION, network(planned), optimization(planned), inference(planned));
  return parts
    .map(
      ([comment, value]) =>
        comment
          .flatMap(wrapped)
          .map(line => `# ${line}\n`)
          .join('') + formatYaml(value),
    )
    .join('\n');
}

type Part = readonly [comment: readonly string[], value: unknown];

const LINE = 100;

/** A sentence in lines that an editor shows whole. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const size = (values: readonly number[]) => values.join(' × ');

const heading = ({ name, dataset, fingerprint }: PlannedConfiguration): Part => [
  [
    `Planned from ${fingerprint.shapes.length} of the ${fingerprint.subjects} subjects of ${basename(dataset.path!)} by nnU-Net's rules.`,
    'Sizes and spacings are [z, y, x].',
  ],
  { name, task: 'segmentation' },
];

/** Mean volumes that are told; an atlas has a hundred. */
const MOST_VOLUMES = 12;

function data({ path, dataset, fingerprint, empty }: PlannedConfiguration): Part {
  const { channels, structures, mask, format, splits, images, labels } = dataset;
  const volumes = fingerprint.structures.map(({ name, ml }) => {
    const drawn = ml.filter(volume => volume > 0);
    const mean = drawn.reduce((sum, volume) => sum + volume, 0) / drawn.length;
    return `${name} ${Number(mean.toPrecision(3))} ml`;
  });
  const told = volumes.slice(0, MOST_VOLUMES);
  const more = volumes.length > told.length ? ` and ${volumes.length - told.length} more structures` : '';
  const grouped = splits.group_by !== 'subject';
  return [
    [
      `Mean volumes: ${told.join(', ')}${more}.`,
      ...(empty.length > 0 ? [`Left out, as they are empty in every scan: ${empty.join(', ')}.`] : []),
      ...(grouped ? [`Scans with the same ${splits.group_by} stay on one side of the split.`] : []),
    ],
    {
      dataset: {
        path,
        format,
        ...(images !== undefined && { images }),
        ...(labels !== undefined && { labels }),
        channels,
        ...(mask !== undefined && { mask }),
        structures: structures.map(({ name, label }) => (label === undefined ? { name } : { name, label })),
        splits: { train: 0.7, validation: 0.1, test: 0.2, ...(grouped && { group_by: splits.group_by }) },
      },
    },
  ];
}

function preprocessing({ plan, fingerprint: { channels } }: PlannedConfiguration): Part {
  const methods = channels.map(normalizationOf);
  const windowed = methods.some(({ method }) => method === 'ct-window');
  const alike = methods.every(({ method }) => method === 'z-score');
  return [
    [
      plan.thickSlices
        ? 'The median spacing, but thinner slices (10th percentile), so that thin ones are not thrown away.'
        : 'The median spacing of the scans.',
      windowed
        ? 'CT is windowed to what the structures have (percentiles 0.5 to 99.5); other channels are standardised.'
        : 'Intensities without a fixed scale, as in MRI, are standardised scan by scan.',
    ],
    {
      preprocessing: [
        { resample: { spacing_mm: plan.spacing } },
        {
          normalize:
            alike || methods.length === 1
              ? methods[0]
              : Object.fromEntries(channels.map(({ name }, index) => [name, methods[index]])),
        },
      ],
    },
  ];
}

function normalizationOf({ name, low, high }: ChannelIntensities) {
  if (!/(^|[^a-z])ct($|[^a-z])/i.test(name) || !(high > low)) return { method: 'z-score' };
  return {
    method: 'ct-window',
    level: Math.round((low + high) / 2),
    window: Math.max(1, Math.round(high - low)),
  };
}

function sampling({ dataset, fingerprint, plan, machine }: PlannedConfiguration): Part {
  const whole = plan.crop.every((extent, axis) => extent >= plan.shape[axis]!);
  const limit = machine.gpu ? 'the memory of the GPU' : `${machine.cores} processor cores`;
  const classes = dataset.structures.length;
  // What rounding leaves goes to the background, so that the weights add up to one.
  const weight = Math.floor(2000 / 3 / classes) / 1000;
  return [
    [
      `The median scan has ${size(plan.shape)} voxels at that spacing; ${whole ? 'a crop holds all of it' : `the crop is what ${limit} allow`}.`,
      `${(100 * fingerprint.foregroundShare).toPrecision(2)} % of the voxels are in a structure; two thirds of the crops are centred on one.`,
    ],
    {
      sampling: {
        crop_size: plan.crop,
        class_weights: [Number((1 - weight * classes).toFixed(3)), ...dataset.structures.map(() => weight)],
      },
    },
  ];
}

const AUGMENTATION: Part = [
  ['Light changes of geometry and intensity. Mirroring is left out: it confuses left and right.'],
  {
    augmentation: [
      { random_affine: { probability: 0.3, rotate_degrees: 15, scale: [0.85, 1.15] } },
      { random_noise: { probability: 0.15 } },
      { random_contrast: { probability: 0.3 } },
      { random_brightness: { probability: 0.3 } },
      { random_gamma: { probability: 0.3 } },
    ],
  },
];

function network({ plan, machine }: PlannedConfiguration): Part {
  const plain = plan.strides.every(stride => stride.every(step => step === 2));
  return [
    [
      `Each level halves the axes that keep four voxels${plain ? '' : '; thick slices wait until the others are as coarse'}.`,
      machine.gpu || plan.features >= 32
        ? "32 features as nnU-Net's."
        : `${plan.features} features instead of nnU-Net's 32, to leave ${machine.cores} cores a larger crop.`,
      `A step takes about ${formatBytes(plan.stepBytes)} and ${Math.ceil(plan.stepFlop / 1e9)} GFLOP.`,
    ],
    {
      architecture: {
        name: 'plain_unet',
        features: plan.features,
        levels: plan.strides.length + 1,
        ...(!plain && { strides: plan.strides }),
      },
      loss: {
        name: 'mixture',
        components: [{ name: 'soft_dice', background: false, squared: false }, { name: 'cross_entropy' }],
      },
    },
  ];
}

const optimization = ({ plan }: PlannedConfiguration): Part => [
  [
    'A short training with averaged weights. `innereye train --max-minutes N` fixes the number of epochs to fit.',
    'Validation is as frequent as a tenth of the time allows.',
  ],
  {
    optimizer: { name: 'adamw', learning_rate: 5e-3, weight_decay: 1e-4 },
    schedule: { name: 'cosine', warmup_fraction: 0.03 },
    training: { epochs: 100, batch_size: plan.batchSize, gradient_clip_norm: 12, ema_decay: 0.99 },
    validation: { every_epochs: 0 },
  },
];

const inference = ({ plan }: PlannedConfiguration): Part => [
  ['Tiles of the size of the crops, half overlapping, the middle of a tile counting most.'],
  { inference: { window: plan.crop, overlap: 0.5, blend: 'gaussian' } },
];
