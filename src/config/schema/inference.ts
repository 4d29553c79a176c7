import { z } from 'zod';
import { axisSchema, sizeSchema } from './common.ts';

export const inferenceSchema = z.strictObject({
  window: sizeSchema
    .optional()
    .describe(
      'Size [z, y, x] in voxels of the tiles; default: the crop size, as in training: with instance normalisation other sizes can cost accuracy. Shrunk for volumes that are smaller.',
    ),
  overlap: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.5)
    .describe('Share of a tile that overlaps with its neighbours.'),
  blend: z
    .enum(['gaussian', 'constant', 'crop'])
    .default('gaussian')
    .describe("Weight of a tile's voxels where tiles overlap; crop: the nearest tile's alone, as InnerEye."),
  mirror: z.array(axisSchema).default([]).describe('Axes over which mirrored predictions are averaged.'),
  batch_size: z.number().int().positive().default(1).describe('Tiles predicted at a time.'),
  posteriors: z
    .boolean()
    .default(false)
    .describe('Also write posterior and uncertainty maps of the predictions.'),
  splits: z
    .array(z.enum(['train', 'validation', 'test']))
    .default(['test'])
    .describe('Splits that are predicted and evaluated after training.'),
});
