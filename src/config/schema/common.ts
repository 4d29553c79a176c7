import { z } from 'zod';

/** Voxels along z, y, x. */
export const sizeSchema = z.tuple([
  z.number().int().positive(),
  z.number().int().positive(),
  z.number().int().positive(),
]);

/** Millimetres along z, y, x. */
export const spacingSchema = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

export const axisSchema = z.enum(['z', 'y', 'x']);

export const probabilitySchema = z.number().min(0).max(1);

/** A range [low, high]. */
export const rangeSchema = z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, {
  message: 'the first number of a range must not exceed the second',
});

/** Options of a plugin's own definition, checked by the plugin. */
export const pluginOptionsSchema = z
  .looseObject({
    name: z.string().describe('Name that the plugin module gives to its definition.'),
  })
  .describe('A definition from one of the `plugins` modules; other keys are handed to it.');
