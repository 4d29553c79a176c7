import { z } from 'zod';
import { pluginOptionsSchema } from './common.ts';

const features = (value: number) =>
  z
    .number()
    .int()
    .positive()
    .default(value)
    .describe('Feature channels of the first level; each level doubles them.');

const normalization = z
  .enum(['instance', 'batch', 'none'])
  .default('instance')
  .describe('Normalisation after each convolution. instance: each crop for itself; batch: over the batch.');

const levels = (value: number) =>
  z.number().int().min(1).max(8).default(value).describe('Number of resolutions, the full one included.');

const maxFeatures = z
  .number()
  .int()
  .positive()
  .default(320)
  .describe('Feature channels are never more than these.');

const deepSupervision = z
  .boolean()
  .default(false)
  .describe('Also compare the lower resolutions of the decoder with the labels while training.');

const unet3d = z
  .strictObject({
    name: z.literal('unet3d'),
    features: features(32),
    levels: levels(5),
    kernel_size: z.number().int().positive().default(3).describe('Edge of the convolution kernels, odd.'),
  })
  .describe(
    "InnerEye's UNet3D: residual blocks with batch normalisation, sums instead of concatenated skips.",
  );

const unet2d = z
  .strictObject({
    name: z.literal('unet2d'),
    features: features(32),
    levels: levels(5),
    kernel_size: z
      .number()
      .int()
      .positive()
      .default(3)
      .describe('Edge of the convolution kernels in y and x, odd.'),
  })
  .describe("InnerEye's UNet2D: UNet3D slice by slice, dilated in the lower levels.");

const basic = z
  .strictObject({
    name: z.literal('basic'),
    features: z
      .array(z.number().int().positive())
      .length(8)
      .default([30, 30, 40, 40, 40, 40, 50, 50])
      .describe('Feature channels of the eight layers.'),
    kernel_size: z.number().int().positive().default(3).describe('Edge of the convolution kernels, odd.'),
  })
  .describe(
    "InnerEye's Basic, after DeepMedic: unpadded dilated residual blocks; the output is 28 voxels smaller.",
  );

const plainUnet = z
  .strictObject({
    name: z.literal('plain_unet'),
    features: features(32),
    levels: levels(4),
    max_features: maxFeatures,
    convolutions: z.number().int().positive().default(2).describe('Convolutions in each level.'),
    normalization,
    strides: z
      .array(z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]))
      .optional()
      .describe('Downsampling [z, y, x] into each further level; default: 2 along every axis.'),
    deep_supervision: deepSupervision,
  })
  .describe('A plain U-Net as nnU-Net plans it: convolution, normalisation, leaky ReLU; concatenated skips.');

const residualUnet = z
  .strictObject({
    name: z.literal('residual_unet'),
    features: features(32),
    levels: levels(5),
    max_features: maxFeatures,
    blocks: z
      .array(z.number().int().positive())
      .optional()
      .describe('Residual blocks in each level of the encoder; default: 1, 3, 4, 6, 6, …'),
    normalization,
    strides: z
      .array(z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]))
      .optional()
      .describe('Downsampling [z, y, x] into each further level; default: 2 along every axis.'),
    deep_supervision: deepSupervision,
  })
  .describe("nnU-Net's residual-encoder U-Net.");

export const architectureSchema = z
  .discriminatedUnion('name', [
    unet3d,
    unet2d,
    basic,
    plainUnet,
    residualUnet,
    pluginOptionsSchema.extend({
      name: z.literal('plugin'),
      definition: z.string().describe('Name of the definition.'),
    }),
  ])
  .describe('The network.');

/** The networks whose encoder can serve another task. */
export const unetSchema = z.discriminatedUnion('name', [unet3d, unet2d, plainUnet, residualUnet]);
