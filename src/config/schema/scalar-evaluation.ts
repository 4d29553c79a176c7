import { z } from 'zod';

export const scalarValidationSchema = z.strictObject({
  every_epochs: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'Epochs between two validations (the last epoch always); 0: chosen so that they take at most a tenth of the time.',
    ),
  training_subjects: z
    .boolean()
    .default(false)
    .describe(
      "Predict the training subjects too at each validation, for InnerEye's Train/metrics.csv and the metrics of Train/epoch_metrics.csv: what is learned by heart shows. It takes the time of as many predictions.",
    ),
});

export const scalarInferenceSchema = z.strictObject({
  splits: z
    .array(z.enum(['train', 'validation', 'test']))
    .default(['test'])
    .describe('Splits that are predicted and evaluated after training.'),
});

const bootstrap = z
  .number()
  .int()
  .min(0)
  .default(1000)
  .describe('Resamples of the subjects for the 95 % confidence intervals; 0: none.');

export const scalarEvaluationSchema = z.strictObject({ bootstrap });

export const classificationEvaluationSchema = z.strictObject({
  bootstrap,
  calibration: z
    .enum(['none', 'temperature'])
    .default('none')
    .describe(
      'temperature: posteriors are made as sure as they are right on the validation subjects (Guo et al. 2017).',
    ),
});
