import { z } from 'zod';
import { spacingSchema } from './common.ts';

export const postprocessingStepSchema = z.union([
  z.strictObject({
    smooth_posteriors: z
      .strictObject({ sigma_mm: spacingSchema.describe('Sigma [z, y, x] of the Gaussian in mm.') })
      .describe('Gaussian smoothing of the posteriors before the classes are chosen.'),
  }),
  z.strictObject({
    summed_probability: z
      .strictObject({
        first: z.string().describe('Structure that gets the voxels …'),
        second: z.string().describe('… together with this one, if it is near the external structure.'),
        external: z.string().describe('The enclosing structure.'),
      })
      .describe(
        "InnerEye's rule: where two posteriors together exceed the external's, the larger of the two wins.",
      ),
  }),
  z.strictObject({
    largest_component: z
      .strictObject({
        structures: z
          .array(z.string())
          .min(1)
          .describe('Structures of which only the largest connected part is kept.'),
        threshold: z
          .number()
          .gt(0)
          .max(0.5)
          .optional()
          .describe(
            "Keep all parts with at least this share of the structure's volume instead of the largest alone.",
          ),
      })
      .describe('Removes disconnected parts (6-connectivity); their voxels become background.'),
  }),
  z.strictObject({
    slice_exclusion: z
      .strictObject({
        lower: z.string().describe('Structure that lies lower along z.'),
        higher: z.string().describe('Structure that lies higher along z.'),
        higher_dominates: z.boolean().describe('Which of the two keeps the slices that both occupy.'),
      })
      .describe("InnerEye's rule: two structures that cannot share a slice."),
  }),
]);

export const postprocessingSchema = z
  .array(postprocessingStepSchema)
  .describe('Steps from posteriors to segmentation.');

export const evaluationSchema = z.strictObject({
  surface_dice_tolerance_mm: z
    .number()
    .positive()
    .default(1)
    .describe('Distance in mm within which surfaces agree.'),
  metrics: z.array(z.string()).default([]).describe('Further metrics from `plugins`.'),
});
