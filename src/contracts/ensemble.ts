import { z } from 'zod';

/**
 * How an ensemble makes one answer of several. `mean`: of posteriors; `weighted`: the mean with a weight for each member;
 * `majority`: each member has a vote, and the mean of posteriors decides where votes are equal.
 */
export const ENSEMBLE_METHODS = ['mean', 'weighted', 'majority'] as const;
export const ensembleMethodSchema = z.enum(ENSEMBLE_METHODS);
export type EnsembleMethod = z.output<typeof ensembleMethodSchema>;

/** `ensemble.json` in the folder of an ensemble: what it is made of. */
export const ensembleSchema = z.object({
  method: ensembleMethodSchema,
  members: z
    .array(
      z.object({
        /** Folder of a training's run, relative to the ensemble's. */
        run: z.string(),
        /** How much it counts; only `weighted` has others than 1. */
        weight: z.number().positive(),
      }),
    )
    .min(1),
  /** What was chosen on validation subjects that no member had trained on, and by which numbers. */
  choices: z
    .array(
      z.object({
        /** Such as `all structures: largest component only`, or the names of the members of a subset. */
        what: z.string(),
        /** Mean Dice of the validation subjects. */
        dice: z.number().nullable(),
        taken: z.boolean(),
      }),
    )
    .default([]),
});

export type EnsembleDescription = z.output<typeof ensembleSchema>;
