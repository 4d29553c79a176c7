import { z } from 'zod';

/**
 * What people say of a run, `notes.json` in its folder: a file of its own, so that it can be written while the backend
 * writes `run.json`.
 */
export const runNotesSchema = z.object({
  /** Laid over the tags of the manifest; `null` takes one away. */
  tags: z.record(z.string(), z.string().nullable()).default({}),
  note: z.string().default(''),
});

export type RunNotes = z.output<typeof runNotesSchema>;
