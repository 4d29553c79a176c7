import { z } from 'zod';

const low = z.number().describe('Smallest value.');
const high = z.number().describe('Largest value.');
const mean = z.number();
const deviation = z.number().positive().describe('Standard deviation.');

/** Where the values of a setting are drawn from. */
export const distributionSchema = z
  .discriminatedUnion('distribution', [
    z
      .strictObject({
        distribution: z.literal('choice'),
        values: z.array(z.unknown()).min(1).describe('Values of the setting, equally likely.'),
      })
      .describe('One of several values of any kind.'),
    z
      .strictObject({ distribution: z.literal('uniform'), low, high })
      .describe('Any number in the range, all equally likely.'),
    z
      .strictObject({ distribution: z.literal('loguniform'), low: low.positive(), high })
      .describe(
        'Any number in the range, all powers equally likely: for rates. The range is given as it is, not in logarithms.',
      ),
    z
      .strictObject({
        distribution: z.literal('quniform'),
        low,
        high,
        step: z.number().positive().describe('Distance of the values from each other, counted from `low`.'),
      })
      .describe('Numbers at equal distances: low, low + step, … up to high.'),
    z
      .strictObject({ distribution: z.literal('randint'), low: low.int(), high: high.int() })
      .describe('Whole numbers from low to high, both included.'),
    z
      .strictObject({
        distribution: z.literal('normal'),
        mean: mean.describe('Middle of the bell.'),
        deviation,
      })
      .describe('Numbers around a mean, without bounds.'),
    z
      .strictObject({
        distribution: z.literal('lognormal'),
        mean: mean.describe("Mean of the values' natural logarithms."),
        deviation: deviation.describe("Standard deviation of the values' natural logarithms."),
      })
      .describe('Positive numbers whose logarithms lie around a mean.'),
  ])
  .describe('Where the values of the setting are drawn from.');

const algorithmSchema = z
  .discriminatedUnion('name', [
    z
      .strictObject({ name: z.literal('grid') })
      .describe('All combinations in order; needs `choice`, `quniform` or `randint` throughout.'),
    z.strictObject({ name: z.literal('random') }).describe('Every trial on its own, at random.'),
    z
      .strictObject({
        name: z.literal('tpe'),
        startup_trials: z
          .number()
          .int()
          .min(2)
          .default(10)
          .describe('Trials drawn at random before the first that learns from others.'),
        candidates: z
          .number()
          .int()
          .positive()
          .default(24)
          .describe('Candidates of which the most promising becomes the next trial.'),
      })
      .describe(
        'Tree-structured Parzen estimators (Bergstra et al., 2011), multivariate as in Optuna: learns from the trials that have ended.',
      ),
  ])
  .describe('How the values of the next trial are found.');

const minimum_epochs = z
  .number()
  .int()
  .positive()
  .default(1)
  .describe('Epochs that every trial gets before the first comparison.');
const reduction = z
  .number()
  .int()
  .min(2)
  .default(3)
  .describe('Of so many trials one goes on, with so many times the epochs.');
const every_epochs = z.number().int().positive().default(1).describe('Epochs between two comparisons.');
const delay_epochs = z
  .number()
  .int()
  .min(0)
  .default(0)
  .describe('No trial is stopped before so many epochs.');

const stoppingSchema = z
  .discriminatedUnion('name', [
    z
      .strictObject({ name: z.literal('asha'), minimum_epochs, reduction })
      .describe(
        'Asynchronous successive halving (Li et al., 2020): at minimum_epochs, and again each time the epochs have grown by the factor `reduction`, a trial goes on only among the best of those that came so far.',
      ),
    z
      .strictObject({ name: z.literal('hyperband'), minimum_epochs, reduction })
      .describe(
        'Hyperband (Li et al., 2018), asynchronous: trials are dealt to brackets whose first comparison comes ever later, for curves that are slow at first.',
      ),
    z
      .strictObject({
        name: z.literal('bandit'),
        slack_factor: z
          .number()
          .positive()
          .optional()
          .describe(
            'Share by which a trial may be worse than the best at the same epoch: when maximising it is stopped below best / (1 + slack_factor).',
          ),
        slack_amount: z.number().positive().optional().describe('The same as a difference.'),
        every_epochs,
        delay_epochs,
      })
      .describe("AzureML's bandit policy: stops what is worse than the best by more than a slack."),
    z
      .strictObject({ name: z.literal('median'), every_epochs, delay_epochs })
      .describe(
        "AzureML's median policy: stops a trial whose best value is worse than the median of the other trials' running averages.",
      ),
  ])
  .describe('When a trial that does badly is stopped before its last epoch; default: never.');

export const searchSchema = z.strictObject({
  parameters: z
    .record(z.string(), distributionSchema)
    .refine(parameters => Object.keys(parameters).length > 0, { message: 'name at least one setting' })
    .describe(
      'Paths of settings, such as `optimizer.learning_rate` or `augmentation[0].random_flip.probability`, and where their values are drawn from.',
    ),
  algorithm: algorithmSchema.prefault({ name: 'tpe' }),
  trials: z
    .number()
    .int()
    .positive()
    .default(20)
    .describe('Number of trials; a grid ends with its last combination.'),
  max_concurrent: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Trials at the same time; 0: as many as memory and devices allow.'),
  objective: z
    .strictObject({
      metric: z
        .string()
        .optional()
        .describe(
          'Split and name of a metric that is measured on the way, such as `validation/Dice/liver`, or `train/loss`; default: what the best checkpoint is chosen by. Its best epoch counts.',
        ),
      goal: z.enum(['maximize', 'minimize']).default('maximize').describe('Whether large or small is good.'),
    })
    .prefault({})
    .describe('What the search wants.'),
  early_stopping: stoppingSchema.optional(),
  seed: z
    .number()
    .int()
    .default(0)
    .describe('Seed of the search; that of the trainings stays `training.seed`.'),
});

export type SearchSettings = z.output<typeof searchSchema>;
export type Distribution = z.output<typeof distributionSchema>;
export type SearchAlgorithm = SearchSettings['algorithm'];
export type StoppingSettings = NonNullable<SearchSettings['early_stopping']>;
