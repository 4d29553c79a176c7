import { z } from 'zod';

const classWeights = z
  .enum(['none', 'balanced'])
  .default('none')
  .describe(
    'balanced: rare classes weigh more, by their number among the training subjects; for yes or no InnerEye’s weighted cross-entropy.',
  );

const smoothing = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe('Label smoothing: 1 becomes 1 − ε, 0 becomes ε / (classes − 1); for yes or no 1 − ε and ε.');

const classLosses = [
  z
    .strictObject({
      name: z.literal('cross_entropy'),
      class_weights: classWeights,
      label_smoothing: smoothing,
    })
    .describe(
      'Mean negative log-probability of what is right; of each class by itself where they may go together.',
    ),
  z
    .strictObject({
      name: z.literal('focal'),
      gamma: z.number().min(0).default(2).describe('How strongly what is already told apart is played down.'),
      class_weights: classWeights,
      label_smoothing: smoothing,
    })
    .describe('Cross-entropy weighted with (1 − p)^gamma of what is right (Lin et al. 2017).'),
] as const;

const valueLosses = [
  z.strictObject({ name: z.literal('squared_error') }).describe('Mean squared error.'),
  z.strictObject({ name: z.literal('absolute_error') }).describe('Mean absolute error.'),
  z
    .strictObject({
      name: z.literal('huber'),
      delta: z
        .number()
        .positive()
        .default(1)
        .describe('Where the square turns into a line, in standard deviations of the target.'),
    })
    .describe('Squared near zero, absolute beyond: outliers pull less (Huber 1964).'),
] as const;

export const classificationLossSchema = z
  .discriminatedUnion('name', [...classLosses])
  .describe('What training makes small.');

export const regressionLossSchema = z
  .discriminatedUnion('name', [...valueLosses])
  .describe('What training makes small. Targets are standardised by the training subjects.');

export const sequenceLossSchema = z
  .discriminatedUnion('name', [...classLosses, ...valueLosses])
  .optional()
  .describe(
    'What training makes small, over the visits that are predicted. Default: cross_entropy for classes, squared_error for numbers.',
  );
