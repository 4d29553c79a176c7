import { z } from 'zod';
import { unetSchema } from './architecture.ts';
import { pluginOptionsSchema } from './common.ts';

const count = z.number().int().positive();
const edges = z.tuple([count, count, count]);
const share = z.number().min(0).max(0.95);

const jointChannels = (joint: boolean) =>
  z
    .boolean()
    .default(joint)
    .describe(
      'Encode all channels together, for channels that lie on each other; else each by itself, with the same weights.',
    );

const pooling = z
  .enum(['average', 'max', 'mix', 'gated', 'z_adaptive', 'standardized'])
  .default('average')
  .describe(
    'How feature maps become one value a feature. mix: a learned mixture of average and maximum; gated: a mixture that each image chooses; z_adaptive: a learned weight for each slice; standardized: the average, in standard deviations from what it was in the last steps, for maps whose average hardly varies.',
  );

const normalization = z
  .enum(['instance', 'batch', 'none'])
  .default('batch')
  .describe(
    'Normalisation of the convolutions. batch: over the batch, which wants batches of 8 or so; instance: each image for itself, which takes away how much of an image is bright, and with it sizes and volumes; none.',
  );

const activation = z
  .enum(['tanh', 'relu'])
  .default('tanh')
  .describe('What follows each hidden layer; InnerEye: tanh.');

const layerNorm = z
  .boolean()
  .default(true)
  .describe('Normalise each hidden layer over its units, before the activation.');

const units = z.array(count);

/** What comes after the encoding; the text says which hidden layers there are by default. */
const head = (dropout: number, hiddenByDefault: string) =>
  z
    .strictObject({
      hidden: units.optional().describe(`Units of the hidden layers; default: ${hiddenByDefault}.`),
      dropout: share
        .default(dropout)
        .describe(
          'Share of the values that a training step leaves out behind each hidden layer; without one, of what comes in.',
        ),
      activation,
      layer_norm: layerNorm,
    })
    .prefault({})
    .describe('From the encoding of a subject or visit to one output a target.');

const innereyeHead = head(0.5, 'one with half of what comes in, none behind a recurrence');
const plainHead = head(0, 'none');

const recurrent = {
  hidden: count.default(32).describe('Units of the state that is carried from visit to visit.'),
  layers: count.max(8).default(1).describe('Recurrent layers, each on the states of the one below.'),
  layer_norm: z.boolean().default(false).describe('Normalise the gates of each visit over their units.'),
  dropout: share
    .default(0)
    .describe('Share of the values between two layers that a training step leaves out.'),
  zoneout: share
    .default(0)
    .describe(
      "Share of the state that a training step keeps as it was before the visit; InnerEye's rnn_dropout.",
    ),
};

export const recurrenceSchema = z
  .discriminatedUnion('name', [
    z
      .strictObject({ name: z.literal('gru'), ...recurrent })
      .describe("Gated recurrent units (Cho et al. 2014), InnerEye's choice."),
    z
      .strictObject({ name: z.literal('lstm'), ...recurrent })
      .describe('Long short-term memory (Hochreiter and Schmidhuber 1997).'),
    z
      .strictObject({ name: z.literal('none') })
      .describe('No memory: each visit is judged by itself. For comparison.'),
  ])
  .describe('What is carried from visit to visit.');

const recurrence = recurrenceSchema
  .optional()
  .describe('What is carried from visit to visit; for sequences only. Default: gru.');

const imageEncoder = z
  .strictObject({
    name: z.literal('image_encoder'),
    features: count.default(32).describe('Feature channels of the first block; block i has i times as many.'),
    blocks: count
      .max(12)
      .default(4)
      .describe("Blocks of two convolutions, the first with a stride; InnerEye's num_encoder_blocks − 1."),
    kernel_size: edges.default([1, 3, 3]).describe('Convolution kernels [z, y, x], odd.'),
    stride: edges.default([1, 2, 2]).describe('Downsampling [z, y, x] of each block.'),
    padding: z
      .enum(['none', 'zero'])
      .default('none')
      .describe('none: each convolution loses its border, as InnerEye does; zero: it does not.'),
    reduction: z
      .number()
      .positive()
      .max(1)
      .default(0.8)
      .describe(
        'With features from the table: one more convolution leaves this share of the image features; 1: none.',
      ),
    joint_channels: jointChannels(false),
    pooling,
    head: innereyeHead,
    recurrence,
  })
  .describe(
    "InnerEye's ImageEncoder with MLP: blocks of strided convolutions within slices, pooling, a small head.",
  );

const glaucomaNet = z
  .strictObject({
    name: z.literal('glaucoma_net'),
    features: count.default(32).describe('Feature channels of each of the five convolutions.'),
    joint_channels: jointChannels(true),
    recurrence,
  })
  .describe('Five 3D convolutions and an average, after Maetschke et al. 2019; InnerEye’s GlaucomaPublic.');

const resnet = z
  .strictObject({
    name: z.literal('resnet'),
    features: count.default(16).describe('Feature channels of the first stage; each stage doubles them.'),
    max_features: count.default(512).describe('Feature channels are never more than these.'),
    blocks: z
      .array(count)
      .min(1)
      .max(8)
      .default([1, 1, 1, 1])
      .describe(
        'Residual blocks in each stage. ResNet-18: 2, 2, 2, 2; ResNet-34: 3, 4, 6, 3, both with 64 features.',
      ),
    stem: z
      .strictObject({
        kernel_size: count.default(3).describe('Edge of the first convolution, odd; ResNet: 7.'),
        stride: count.max(4).default(1).describe('Its stride; ResNet: 2.'),
        pool: z
          .boolean()
          .default(false)
          .describe('Halve by a maximum of 3 × 3 × 3 voxels after it, as ResNet does.'),
      })
      .prefault({})
      .describe('The first convolution.'),
    normalization,
    joint_channels: jointChannels(true),
    pooling,
    head: plainHead,
    recurrence,
  })
  .describe(
    'A 3D residual network (He et al. 2016) of basic blocks; each stage after the first halves the maps.',
  );

const densenet = z
  .strictObject({
    name: z.literal('densenet'),
    features: count.default(16).describe('Feature channels of the first convolution.'),
    growth: count.default(8).describe('Feature channels that each layer adds.'),
    blocks: z
      .array(count)
      .min(1)
      .max(8)
      .default([2, 4, 4])
      .describe(
        'Layers in each dense block. DenseNet-121: 6, 12, 24, 16 with 64 features and a growth of 32.',
      ),
    bottleneck: count
      .default(4)
      .describe('The 1 × 1 × 1 convolution of a layer has this many times the growth in features.'),
    stem: z
      .strictObject({
        kernel_size: count.default(3).describe('Edge of the first convolution, odd; DenseNet: 7.'),
        stride: count.max(4).default(1).describe('Its stride; DenseNet: 2.'),
        pool: z
          .boolean()
          .default(true)
          .describe('Halve by a maximum of 3 × 3 × 3 voxels after it, as DenseNet does.'),
      })
      .prefault({})
      .describe('The first convolution.'),
    normalization,
    joint_channels: jointChannels(true),
    pooling,
    head: plainHead,
    recurrence,
  })
  .describe('A 3D DenseNet (Huang et al. 2017): each layer sees the results of all before it in its block.');

const segmentationEncoder = z
  .strictObject({
    name: z.literal('segmentation_encoder'),
    classes: count
      .min(2)
      .default(10)
      .describe(
        'Values 0 … classes − 1 that a segmentation map can have; each becomes a channel of its own.',
      ),
    joint_channels: jointChannels(false),
    pooling,
    head: innereyeHead,
    recurrence,
  })
  .describe(
    'For segmentation maps instead of scans, after De Fauw et al. 2018; InnerEye’s MultiSegmentationEncoder.',
  );

const unetEncoder = z
  .strictObject({
    name: z.literal('unet_encoder'),
    network: unetSchema.describe(
      'The segmentation network whose encoder this is, written as in its own configuration. training.initial_weights takes the weights of such a run over.',
    ),
    joint_channels: jointChannels(true),
    pooling,
    head: plainHead,
    recurrence,
  })
  .describe('The encoder of a segmentation network, to start from what it has learned.');

const unetVolumes = z
  .strictObject({
    name: z.literal('unet_volumes'),
    network: unetSchema.describe(
      'The segmentation network, written as in its own configuration. training.initial_weights takes the weights of such a run over.',
    ),
    structures: count
      .max(100)
      .default(1)
      .describe(
        'How many structures it tells apart, without the background; those of the run it starts from.',
      ),
    joint_channels: jointChannels(true),
    head: plainHead,
    recurrence,
  })
  .describe(
    'A whole segmentation network, of which the volumes of its structures are used: for sizes, learned from a segmentation run or from the targets alone.',
  );

const mlp = z
  .strictObject({
    name: z.literal('mlp'),
    hidden: units.default([32]).describe('Units of the hidden layers.'),
    activation,
    layer_norm: layerNorm,
    dropout: share
      .default(0)
      .describe('Share of the values that a training step leaves out behind each hidden layer.'),
    recurrence,
  })
  .describe('A multilayer perceptron, for data sets with columns and without images.');

export const scalarArchitectureSchema = z
  .discriminatedUnion('name', [
    imageEncoder,
    glaucomaNet,
    resnet,
    densenet,
    segmentationEncoder,
    unetEncoder,
    unetVolumes,
    mlp,
    pluginOptionsSchema.extend({
      name: z.literal('plugin'),
      definition: z.string().describe('Name of the definition.'),
    }),
  ])
  .describe('The network.');

export type ScalarArchitectureSettings = z.output<typeof scalarArchitectureSchema>;
export type RecurrenceSettings = z.output<typeof recurrenceSchema>;
export type PoolingKind = z.output<typeof pooling>;
/** The settings of the architecture of a name. */
export type ScalarArchitecture<Name extends ScalarArchitectureSettings['name']> = Extract<
  ScalarArchitectureSettings,
  { readonly name: Name }
>;
