import { z } from 'zod';

/**
 * The event stream of a run, `events.ndjson`: one JSON object a line, appended and never rewritten; the one source of
 * what happened. Panels, progress bars, reports and exports all read it. A resumed run repeats the steps after its
 * last checkpoint: `resumed` says from where, and what was said of those steps before is void (see `validEvents`).
 */
const common = {
  /** Counts up from 0 within the run. */
  sequence: z.number().int().min(0),
  /** ISO 8601, UTC. */
  time: z.string(),
};
const position = {
  /** Counts from 0. */
  epoch: z.number().int().min(0),
  /** Optimizer steps since the start of training, counts from 0. */
  step: z.number().int().min(0),
};
const split = z.enum(['train', 'validation', 'test']);

export const eventSchema = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('started'),
    epochs: z.number().int(),
    stepsPerEpoch: z.number().int(),
  }),
  z.object({ ...common, type: z.literal('resumed'), ...position }),
  z.object({
    ...common,
    type: z.literal('step'),
    ...position,
    loss: z.number().nullable(),
    learningRate: z.number(),
    gradientNorm: z.number().nullable(),
    milliseconds: z.number(),
  }),
  z.object({
    ...common,
    type: z.literal('epoch'),
    ...position,
    loss: z.number().nullable(),
    learningRate: z.number(),
    /** Seconds the epoch took, validation excluded. */
    seconds: z.number(),
    /** Share of the time in which the engine waited for crops. */
    waiting: z.number(),
    residentMegabytes: z.number(),
  }),
  z.object({
    ...common,
    type: z.literal('metric'),
    ...position,
    split,
    /** Such as `Dice/anterior`, `Dice/AverageAcrossStructures`. */
    name: z.string(),
    value: z.number().nullable(),
  }),
  /** A measurement of the finished model on the grids of the files; `metric` is what was measured on the way. */
  z.object({
    ...common,
    type: z.literal('result'),
    split,
    name: z.string(),
    value: z.number().nullable(),
  }),
  z.object({
    ...common,
    type: z.literal('image'),
    ...position,
    split,
    subject: z.string(),
    kind: z.enum(['prediction', 'patch-sampling']),
    /** Relative to the run folder. */
    path: z.string(),
  }),
  z.object({
    ...common,
    type: z.literal('checkpoint'),
    ...position,
    path: z.string(),
    /** True where it is the best so far. */
    best: z.boolean(),
  }),
  z.object({
    ...common,
    type: z.literal('resources'),
    /** Of the backend's process with its threads; 100 is one core. */
    processorPercent: z.number(),
    residentMegabytes: z.number(),
    /** Of the first GPU, whoever uses it; absent where there is none or it cannot be asked. */
    gpu: z.object({ percent: z.number(), megabytes: z.number() }).optional(),
  }),
  z.object({
    ...common,
    type: z.literal('progress'),
    /** What is being done: `preparing`, `predicting`, `evaluating`, `reporting`. */
    phase: z.string(),
    done: z.number().int(),
    total: z.number().int(),
  }),
  z.object({ ...common, type: z.literal('log'), message: z.string() }),
  z.object({ ...common, type: z.literal('warning'), message: z.string() }),
  z.object({ ...common, type: z.literal('error'), message: z.string(), remedy: z.string().optional() }),
  z.object({ ...common, type: z.literal('finished'), status: z.enum(['completed', 'cancelled', 'failed']) }),
]);

export type RunEvent = z.output<typeof eventSchema>;

type Unstamped<E> = E extends RunEvent ? Omit<E, 'sequence' | 'time'> : never;

/** An event before the writer gives it time and sequence number. */
export type NewEvent = Unstamped<RunEvent>;
