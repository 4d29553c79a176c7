import { z } from 'zod';
import { axisSchema, pluginOptionsSchema, probabilitySchema, rangeSchema } from './common.ts';

const probability = (value: number) =>
  probabilitySchema.default(value).describe('Probability that the step is done to a crop.');

const fromEpoch = z
  .number()
  .int()
  .min(0)
  .default(0)
  .describe('Epochs of training before the step begins: a short training is then not slowed down by it.');

export const augmentationStepSchemas = {
  random_affine: z
    .strictObject({
      probability: probability(0.2),
      from_epoch: fromEpoch,
      rotate_degrees: z
        .number()
        .min(0)
        .max(180)
        .default(15)
        .describe('Largest rotation about each axis, in degrees.'),
      scale: rangeSchema.prefault([0.85, 1.15]).describe('Range of the zoom, drawn for each axis.'),
      shift_voxels: z.number().min(0).default(0).describe('Largest shift along each axis, in voxels.'),
    })
    .describe('Rotation, scaling and shift; image with linear, labels with nearest-neighbour interpolation.'),
  random_elastic: z
    .strictObject({
      probability: probability(0.2),
      from_epoch: fromEpoch,
      grid_mm: z.number().positive().default(20).describe('Distance of the control points in mm.'),
      displacement_mm: z
        .number()
        .positive()
        .default(4)
        .describe('Standard deviation of their displacement in mm.'),
    })
    .describe('A smooth random deformation of image and labels together.'),
  random_flip: z
    .strictObject({
      probability: probability(0.5),
      from_epoch: fromEpoch,
      axes: z
        .array(axisSchema)
        .min(1)
        .describe('Axes that are mirrored, each with the probability on its own.'),
    })
    .describe('Mirroring; only for structures without a left and a right one.'),
  random_gamma: z
    .strictObject({
      probability: probability(0.3),
      from_epoch: fromEpoch,
      gamma: rangeSchema.prefault([0.7, 1.5]).describe('Range of the exponent; mean and deviation are kept.'),
    })
    .describe('A non-linear change of contrast.'),
  random_brightness: z
    .strictObject({
      probability: probability(0.3),
      from_epoch: fromEpoch,
      shift: rangeSchema
        .prefault([-0.2, 0.2])
        .describe("Range of what is added, in units of the crop's deviation."),
    })
    .describe('Adds a constant.'),
  random_contrast: z
    .strictObject({
      probability: probability(0.3),
      from_epoch: fromEpoch,
      factor: rangeSchema.prefault([0.8, 1.2]).describe("Range of the factor about the crop's mean."),
    })
    .describe('Scales the intensities about their mean.'),
  random_noise: z
    .strictObject({
      probability: probability(0.15),
      from_epoch: fromEpoch,
      deviation: rangeSchema.prefault([0, 0.1]).describe("Range of the noise's standard deviation."),
    })
    .describe('Adds Gaussian noise.'),
  random_blur: z
    .strictObject({
      probability: probability(0.1),
      from_epoch: fromEpoch,
      sigma_voxels: rangeSchema.prefault([0.5, 1]).describe("Range of the Gaussian's sigma, in voxels."),
    })
    .describe('Blurs the image.'),
  random_low_resolution: z
    .strictObject({
      probability: probability(0.1),
      from_epoch: fromEpoch,
      zoom: rangeSchema.prefault([0.5, 1]).describe('Range of the factor by which resolution is lowered.'),
    })
    .describe('Samples the image down and up again.'),
  random_bias_field: z
    .strictObject({
      probability: probability(0.2),
      from_epoch: fromEpoch,
      strength: z.number().positive().default(0.3).describe("Largest coefficient of the field's polynomial."),
      order: z.number().int().min(1).max(4).default(3).describe('Order of the polynomial.'),
    })
    .describe('Multiplies with a smooth field, as the coils of an MRI scanner do.'),
} as const;

export const augmentationStepSchema = z.union([
  z.strictObject({ random_affine: augmentationStepSchemas.random_affine }),
  z.strictObject({ random_elastic: augmentationStepSchemas.random_elastic }),
  z.strictObject({ random_flip: augmentationStepSchemas.random_flip }),
  z.strictObject({ random_gamma: augmentationStepSchemas.random_gamma }),
  z.strictObject({ random_brightness: augmentationStepSchemas.random_brightness }),
  z.strictObject({ random_contrast: augmentationStepSchemas.random_contrast }),
  z.strictObject({ random_noise: augmentationStepSchemas.random_noise }),
  z.strictObject({ random_blur: augmentationStepSchemas.random_blur }),
  z.strictObject({ random_low_resolution: augmentationStepSchemas.random_low_resolution }),
  z.strictObject({ random_bias_field: augmentationStepSchemas.random_bias_field }),
  z.strictObject({ plugin: pluginOptionsSchema }),
]);

export const augmentationSchema = z
  .array(augmentationStepSchema)
  .describe('Random changes of each training crop, in this order.');
