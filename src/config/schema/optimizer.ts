import { z } from 'zod';

const learningRate = z.number().positive().default(1e-3).describe('Learning rate before the schedule.');
const weightDecay = (text: string) => z.number().min(0).default(0).describe(text);
const epsilon = z.number().positive().default(1e-8).describe('Keeps the denominator from zero.');
const betas = z
  .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
  .default([0.9, 0.999])
  .describe('Decay of the running mean of gradient and squared gradient.');
const l2 = weightDecay('L2 penalty, added to the gradient.');

export const optimizerSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('adam'),
      learning_rate: learningRate,
      betas,
      epsilon,
      weight_decay: l2,
    }),
    z
      .strictObject({
        name: z.literal('adamw'),
        learning_rate: learningRate,
        betas,
        epsilon,
        weight_decay: z
          .number()
          .min(0)
          .default(1e-2)
          .describe('Decay of the weights, apart from the gradient.'),
      })
      .describe('Adam with decoupled weight decay (Loshchilov & Hutter).'),
    z.strictObject({
      name: z.literal('amsgrad'),
      learning_rate: learningRate,
      betas,
      epsilon,
      weight_decay: l2,
    }),
    z.strictObject({
      name: z.literal('sgd'),
      learning_rate: learningRate,
      momentum: z.number().min(0).max(1).default(0.99).describe('Momentum.'),
      nesterov: z.boolean().default(true).describe("Nesterov's form of momentum."),
      weight_decay: l2,
    }),
    z.strictObject({
      name: z.literal('rmsprop'),
      learning_rate: learningRate,
      decay: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('Decay of the running mean of squared gradients.'),
      momentum: z.number().min(0).max(1).default(0).describe('Momentum.'),
      epsilon,
      weight_decay: l2,
    }),
  ])
  .describe('How the weights follow the gradient; formulas as in PyTorch.');
