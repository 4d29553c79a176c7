import { z } from 'zod';
import { sizeSchema } from './common.ts';
import { paddingSchema } from './sampling.ts';

/** What of a scan a network of classification or regression is given. */
export const inputSchema = z
  .strictObject({
    size: sizeSchema
      .optional()
      .describe(
        'Size [z, y, x] in voxels of what the network sees: the middle of the volume. Needed where there are images.',
      ),
    padding: paddingSchema
      .default('edge')
      .describe("How a volume smaller than that is filled up, as NumPy's pad does."),
  })
  .describe('What of a scan the network is given.');
