import { z } from 'zod';

const classWeightPower = z
  .number()
  .min(0)
  .optional()
  .describe('Weights each class by its number of voxels to the power of minus this; default: all equal.');

const smoothing = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe('Label smoothing: 1 becomes 1 − ε, 0 becomes ε / (classes − 1).');

const softDice = z
  .strictObject({
    name: z.literal('soft_dice'),
    background: z.boolean().default(true).describe('Count the background as a class.'),
    squared: z
      .boolean()
      .default(true)
      .describe('Squares in the denominator, as InnerEye does (V-Net); else plain sums.'),
    batch: z.boolean().default(false).describe('One Dice over the whole batch instead of one a crop.'),
    class_weight_power: classWeightPower,
  })
  .describe('1 − Dice of the probabilities, averaged over classes and crops.');

const crossEntropy = z
  .strictObject({
    name: z.literal('cross_entropy'),
    class_weight_power: classWeightPower,
    label_smoothing: smoothing,
  })
  .describe('Mean negative log-probability of the right class.');

const focal = z
  .strictObject({
    name: z.literal('focal'),
    gamma: z.number().min(0).default(1).describe('How strongly well-segmented voxels are played down.'),
    class_weight_power: classWeightPower,
    label_smoothing: smoothing,
  })
  .describe('Cross-entropy weighted with (1 − p)^gamma of the right class.');

const plugin = z
  .looseObject({ name: z.literal('plugin'), definition: z.string().describe('Name of the definition.') })
  .describe('A loss from one of the `plugins` modules.');

const weight = z
  .number()
  .positive()
  .default(1)
  .describe('Weight of the component; weights are scaled to add up to 1.');

export const lossSchema = z
  .discriminatedUnion('name', [
    softDice,
    crossEntropy,
    focal,
    z
      .strictObject({
        name: z.literal('mixture'),
        components: z
          .array(
            z.discriminatedUnion('name', [
              softDice.extend({ weight }),
              crossEntropy.extend({ weight }),
              focal.extend({ weight }),
              plugin.extend({ weight }),
            ]),
          )
          .min(1)
          .describe('Losses to add.'),
      })
      .describe('A weighted mean of several losses.'),
    plugin,
  ])
  .describe('What training makes small. Voxels outside the mask do not count.');
