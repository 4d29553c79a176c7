import { z } from 'zod';
import { sizeSchema } from './common.ts';

export const PADDING_MODES = [
  'zero',
  'minimum',
  'edge',
  'linear-ramp',
  'maximum',
  'mean',
  'median',
  'reflect',
  'symmetric',
  'wrap',
  'none',
] as const;

export const paddingSchema = z.enum(PADDING_MODES);

export const samplingSchema = z.strictObject({
  crop_size: sizeSchema.describe('Size [z, y, x] in voxels of the crops the model is trained on.'),
  class_weights: z
    .array(z.number().min(0))
    .optional()
    .describe(
      'Probability that a crop is centred on the background, then on each structure in turn; they add up to 1. Default: all equal.',
    ),
  crops_per_subject: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe('Crops taken of each subject in an epoch.'),
  padding: paddingSchema
    .default('edge')
    .describe("How a volume smaller than the crop is filled up, as NumPy's pad does."),
});
