import { z } from 'zod';

export const classSamplingSchema = z
  .strictObject({
    classes: z
      .enum(['as_they_are', 'balanced'])
      .default('as_they_are')
      .describe(
        'balanced: subjects are drawn with replacement, those of rare classes more often, so that a training sees each class equally often; InnerEye’s imbalanced sampler.',
      ),
  })
  .prefault({})
  .describe('How the subjects of a training step are drawn.');
