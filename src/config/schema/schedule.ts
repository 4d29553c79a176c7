import { z } from 'zod';

const warmup = {
  warmup_epochs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Epochs W over which the rate rises linearly, (e + 1) / (W + 1) at epoch e; the schedule starts after them.',
    ),
  warmup_fraction: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('The same as a share of all epochs; for runs whose length is given in minutes.'),
};
const minimum = z.number().min(0).default(0).describe('Learning rate that is approached at the end.');

export const scheduleSchema = z
  .discriminatedUnion('name', [
    z.strictObject({ name: z.literal('constant'), ...warmup }).describe('The same rate throughout.'),
    z
      .strictObject({
        name: z.literal('polynomial'),
        power: z.number().positive().default(0.9).describe('Exponent of the decay.'),
        minimum,
        ...warmup,
      })
      .describe('(1 − e/E)^power.'),
    z
      .strictObject({ name: z.literal('cosine'), minimum, ...warmup })
      .describe('Half a cosine from the rate to the minimum.'),
    z
      .strictObject({
        name: z.literal('step'),
        every_epochs: z.number().int().positive().default(50).describe('Epochs between two drops.'),
        factor: z.number().positive().max(1).default(0.1).describe('Factor of each drop.'),
        ...warmup,
      })
      .describe('Drops by a factor at regular intervals.'),
    z
      .strictObject({
        name: z.literal('multi_step'),
        milestones: z
          .array(z.number().int().positive())
          .min(1)
          .describe('Epochs at which the rate drops, rising.'),
        factor: z.number().positive().max(1).default(0.1).describe('Factor of each drop.'),
        ...warmup,
      })
      .describe('Drops by a factor at given epochs.'),
    z
      .strictObject({
        name: z.literal('exponential'),
        factor: z.number().positive().max(1).default(0.9).describe('Factor an epoch.'),
        ...warmup,
      })
      .describe('factor^e.'),
  ])
  .describe('How the learning rate changes; evaluated at every step, with the epoch as a fraction.');
