import { z } from 'zod';

export const trainingSchema = z.strictObject({
  epochs: z
    .number()
    .int()
    .positive()
    .default(100)
    .describe(
      'Passes over the training subjects. With --max-minutes, as many as fit are fixed at the start.',
    ),
  batch_size: z
    .number()
    .int()
    .positive()
    .default(2)
    .describe('Crops, or subjects, that are computed together: those of a step, where it is of one batch.'),
  precision: z
    .enum(['auto', 'float32', 'bfloat16', 'float16'])
    .default('auto')
    .describe('auto: bfloat16 where the CPU has it, float16 with loss scaling on a GPU, else float32.'),
  device: z
    .enum(['auto', 'cpu', 'gpu', 'javascript'])
    .default('auto')
    .describe(
      'Where to compute; auto: a GPU where there is one. javascript: without the engine, about a hundred times slower, to try very small models where TensorFlow cannot be had.',
    ),
  threads: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Threads of the engine; 0: one a core. Part of what makes a run repeat bit for bit.'),
  loader_threads: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'Threads that prepare crops beside the engine; results do not depend on it. 0: in the main thread.',
    ),
  accumulate_batches: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe(
      'Batches whose gradients are averaged into one step, in the memory of one. Equal to a batch so many times as large, but that batch normalisation goes by each, and so do losses over a whole batch.',
    ),
  recompute: z
    .boolean()
    .default(false)
    .describe(
      'Computes the levels or blocks of the network again for the gradient instead of keeping them: a step takes a fraction of the memory and about a third more time. Results are the same.',
    ),
  devices: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe(
      'Devices of a machine that each batch is divided among, so that batch_size is a multiple of it: GPUs, or, to try it without any, imitations of the processor.',
    ),
  synchronize_batch_norm: z
    .boolean()
    .default(true)
    .describe(
      'With several devices, batch normalisation goes by the whole batch as on one; false: on each by its own part, which is quicker.',
    ),
  seed: z.number().int().default(42).describe('Seed of everything random.'),
  gradient_clip_norm: z.number().positive().optional().describe('Largest norm of the whole gradient.'),
  ema_decay: z
    .number()
    .min(0)
    .max(0.99999)
    .default(0)
    .describe(
      'Decay a step of the running average of the weights, which is then what is validated and kept; 0: none.',
    ),
  checkpoint_every: z.number().int().positive().default(1).describe('Epochs between two checkpoints.'),
  keep_checkpoints: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('Latest checkpoints kept beside the best one.'),
  early_stopping: z
    .strictObject({
      patience_epochs: z
        .number()
        .int()
        .positive()
        .describe('Epochs without a better validation before training ends.'),
      minimum_gain: z.number().min(0).default(0).describe('Gain in mean Dice that counts as better.'),
    })
    .optional()
    .describe('Ends training when validation does not get better.'),
  initial_weights: z
    .string()
    .optional()
    .describe('A run or checkpoint whose weights are the start; layers are matched by name and shape.'),
  frozen: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Parts of the network that training leaves as they are, by the beginnings of their names, such as "encoder"; with `initial_weights`.',
    ),
});

export const validationSchema = z.strictObject({
  every_epochs: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'Epochs between two validations on full volumes (the last epoch always); 0: chosen so that they take at most a tenth of the time.',
    ),
  subjects: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Validate on so many of the validation subjects only; default: all.'),
  save_predictions: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'Of so many of the validation subjects the predicted labels are kept at every validation, below validation/ in the run folder, to be looked at epoch by epoch; 0: of none.',
    ),
});
