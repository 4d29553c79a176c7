import { z } from 'zod';

/** Which subjects a run uses for what, in its folder. */
export const SPLIT_FILE = 'split.json';

const fileSchema = z.object({ path: z.string(), size: z.number(), modified: z.number() });
const subjectSchema = z.object({
  id: z.string(),
  files: z.array(fileSchema),
  /** Hash of what a table says of it; absent for segmentations. */
  values: z.string().optional(),
});

export const splitSchema = z.object({
  /** The machine that saw the files; another one may see other times. */
  host: z.string(),
  train: z.array(subjectSchema),
  validation: z.array(subjectSchema),
  test: z.array(subjectSchema),
});

export type RunSplit = z.output<typeof splitSchema>;
