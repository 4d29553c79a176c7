import { z } from 'zod';

const path = z.string().regex(/^[MHVZ0-9 ]*$/);

/** What is known of a thumbnail beside its pixels: the file `<same name>.json`. */
export const thumbnailSchema = z.object({
  subject: z.string(),
  structure: z.string(),
  /** Slice along z, from 0 at the feet. */
  slice: z.number().int(),
  /** Pixels. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Size of a pixel in mm. */
  pixelMm: z.object({ width: z.number().positive(), height: z.number().positive() }),
  /** Outlines as SVG path data in pixels. */
  truth: path,
  prediction: path,
});

/**
 * An axial slice of a subject with the outlines of one structure, in radiological convention: the patient's right is on
 * the left, anterior is up.
 */
export type Thumbnail = z.output<typeof thumbnailSchema>;
