import { z } from 'zod';

/** In the folder of a search: its state, and the winning configuration where a trial has a value. */
export const SEARCH_FILE = 'search.json';
export const WINNER_FILE = 'winner.innereye.yaml';

/** `search.json` in the folder of a search: everything that is known of its trials. */
export const searchStateSchema = z.object({
  objective: z.object({
    /** Such as `validation/Dice/AverageAcrossStructures`. */
    metric: z.string(),
    goal: z.enum(['maximize', 'minimize']),
  }),
  /** Trials that are to be made in all. */
  total: z.number().int(),
  /** In the order of their numbers. */
  trials: z.array(
    z.object({
      /** Counts from 0. */
      number: z.number().int().min(0),
      /** Values of the settings by their path. */
      parameters: z.record(z.string(), z.unknown()),
      status: z.enum(['running', 'completed', 'stopped', 'invalid', 'failed', 'cancelled']),
      /** The objective after an epoch, which counts from 1. */
      measurements: z.array(z.object({ epoch: z.number().int(), value: z.number() })),
      /** Why it was stopped (or is being stopped) or failed, or what is wrong with its configuration. */
      reason: z.string().optional(),
      /** Folder of its run, relative to the search's; nothing is there of an invalid one. */
      run: z.string(),
      startedAt: z.string(),
      finishedAt: z.string().optional(),
    }),
  ),
});

export type SearchState = z.output<typeof searchStateSchema>;
export type SearchTrial = SearchState['trials'][number];
