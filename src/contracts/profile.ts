import { z } from 'zod';

/** Where the time of training steps goes: `profile.json` in a run folder, written by `train --profile`. */
export const profileSchema = z.object({
  /** Steps that were measured; all times are of one: medians of whole steps, means of nodes. */
  steps: z.number().int().min(1),
  /** From the batch to the results, in milliseconds; measuring makes it longer than other steps. */
  stepMilliseconds: z.number(),
  /** Share of the time that training waited for its loader threads. */
  waitingForData: z.number().min(0).max(1),
  /** Times of nodes of the configuration, forward and backward: threads add up, so that the sum may exceed a step. */
  nodes: z.array(
    z.object({
      setting: z.string(),
      /** A block of the network, such as `encoder/0/1`. */
      part: z.string().optional(),
      forward: z.number(),
      backward: z.number(),
    }),
  ),
  /** Times by the engine's operation. */
  operations: z.array(z.object({ name: z.string(), count: z.number(), milliseconds: z.number() })),
});

export type Profile = z.infer<typeof profileSchema>;
