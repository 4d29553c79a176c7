import { z } from 'zod';
import { pluginOptionsSchema, rangeSchema, sizeSchema, spacingSchema } from './common.ts';

export const resampleSchema = z
  .strictObject({
    spacing_mm: spacingSchema.describe(
      'Spacing [z, y, x] in mm that all volumes get; predictions are brought back.',
    ),
    interpolation: z
      .enum(['linear', 'cubic', 'nearest'])
      .default('linear')
      .describe('For images; label maps stay whole.'),
  })
  .describe('Brings all volumes to one voxel spacing.');

export const resizeSchema = z
  .strictObject({
    size: sizeSchema.describe('Voxels [z, y, x] that all scans get, whatever their spacing.'),
    interpolation: z
      .enum(['linear', 'nearest'])
      .default('linear')
      .describe('nearest: for maps of segmentations, whose values are classes.'),
    anti_aliasing: z
      .boolean()
      .default(true)
      .describe('Smooth along axes that get fewer voxels; with linear interpolation.'),
  })
  .describe(
    "Squeezes or stretches all scans to one number of voxels, InnerEye's image_size: scans of other fields of view become alike, and sizes and volumes are lost. For classifications, regressions and sequences.",
  );

const outputRange = rangeSchema.prefault([-1, 1]).describe('Range of the result [low, high].');

const normalizationMethods = [
  z.strictObject({ method: z.literal('unchanged') }).describe('Intensities as they are.'),
  z
    .strictObject({
      method: z.literal('z-score'),
      foreground: z
        .boolean()
        .default(false)
        .describe('Mean and standard deviation of the voxels above the minimum only.'),
    })
    .describe('(x − mean) / standard deviation of the whole image (inside the mask, if there is one).'),
  z
    .strictObject({ method: z.literal('simple') })
    .describe("InnerEye's SimpleNorm: (x − mean) / std inside the mask."),
  z
    .strictObject({
      method: z.literal('ct-window'),
      level: z.number().default(50).describe('Centre of the window in HU.'),
      window: z.number().positive().default(600).describe('Width of the window in HU.'),
      output_range: outputRange,
    })
    .describe('A linear map of the window to the output range, clipped.'),
  z
    .strictObject({
      method: z.literal('mri-window'),
      sharpen: z
        .number()
        .positive()
        .default(0.9)
        .describe('Width of the window in robust standard deviations.'),
      tail: z.number().positive().default(1).describe('Factor that widens the window upwards.'),
      output_range: outputRange,
    })
    .describe("A window around the median of the foreground (above Otsu's threshold), in robust deviations."),
  z
    .strictObject({
      method: z.literal('trimmed'),
      trim_percentiles: rangeSchema.prefault([1, 99]).describe('Percentiles between which voxels count.'),
      sharpen: z
        .number()
        .positive()
        .default(0.9)
        .describe('Width of the window in robust standard deviations.'),
      output_range: outputRange,
    })
    .describe("InnerEye's TrimmedNorm: a robust window from the voxels between two percentiles."),
] as const;

export const normalizationMethodSchema = z.discriminatedUnion('method', normalizationMethods);

export const normalizeSchema = z
  .union([
    normalizationMethodSchema,
    z
      .record(z.string(), normalizationMethodSchema)
      .describe("One normalisation a channel, by the channel's name."),
  ])
  .describe('One method for all channels, or a map from channel to method.');

export const preprocessingStepSchema = z.union([
  z.strictObject({ resample: resampleSchema }),
  z.strictObject({ resize: resizeSchema }),
  z.strictObject({ normalize: normalizeSchema }),
  z.strictObject({ plugin: pluginOptionsSchema }),
]);

export const preprocessingSchema = z
  .array(preprocessingStepSchema)
  .describe('Steps done once to each whole volume, in this order; the results are kept in a cache on disk.');
