import { z } from 'zod';

/** How cells of a table become features, and what numbers are scaled by: fixed by the training subjects. */
export const tableFactsSchema = z.object({
  features: z.object({
    numerical: z.array(z.object({ column: z.string(), mean: z.number(), deviation: z.number() })),
    categorical: z.array(z.object({ column: z.string(), words: z.array(z.string()), frequent: z.string() })),
  }),
  targets: z.array(z.object({ mean: z.number(), deviation: z.number() })).min(1),
  visits: z.object({ first: z.number().int().min(0), count: z.number().int().min(1).max(10_000) }).optional(),
});

/** What the validation subjects fixed about posteriors. */
export const scoringSchema = z.object({
  temperature: z.number().positive(),
  thresholds: z.record(z.string(), z.number().nullable()),
  calibration_error: z.object({ before: z.number().nullable(), after: z.number().nullable() }),
});
