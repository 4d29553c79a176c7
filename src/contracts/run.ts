import { z } from 'zod';
import { ensembleMethodSchema } from './ensemble.ts';

/** With what a run is trained: the same gives the same bits. */
export const engineSchema = z.object({
  version: z.string(),
  device: z.string(),
  threads: z.number().int(),
  precision: z.enum(['float32', 'bfloat16', 'float16']),
  /** Among which each batch is divided; absent: one. */
  devices: z.number().int().optional(),
  /** Op by op instead of as a recorded graph, as under a debugger; the last bits differ. */
  eager: z.boolean().optional(),
});

/** The manifest of a run, `run.json` in its folder. */
export const manifestSchema = z.object({
  /** Name of the folder: UTC time and name of the model. */
  id: z.string(),
  name: z.string(),
  task: z.string(),
  /** What the run is made of, where it is no training of its own; the runs that it is made of lie in folders below its own. */
  kind: z.enum(['cross-validation', 'search', 'ensemble']).optional(),
  /** Id of the run that this one is a part of. */
  parent: z.string().optional(),
  /** Which fold of its parent it is; counts from 0. */
  fold: z.number().int().min(0).optional(),
  /** Of a cross-validation and its folds: into how many parts the subjects are divided. */
  folds: z.number().int().min(2).optional(),
  /** Of a cross-validation: what becomes of its folds. */
  ensemble: z.object({ method: ensembleMethodSchema, choosesPostprocessing: z.boolean() }).optional(),
  /** Which trial of its parent it is; counts from 0. */
  trial: z.number().int().min(0).optional(),
  /**
   * `interrupted` is never written: it is what a run is whose manifest says `running` and whose process is gone.
   */
  status: z.enum(['running', 'completed', 'cancelled', 'failed']),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  /** Of a run that was gone on with: since when, and seconds of work before that hold. */
  resumed: z.object({ at: z.string(), secondsBefore: z.number().min(0) }).optional(),
  /**
   * Where the run is, if it is a job on AzureML; the manifest then says what was last heard of it. Names and addresses,
   * nothing secret.
   */
  azure: z
    .object({
      endpoint: z.string(),
      subscription: z.string(),
      resourceGroup: z.string(),
      workspace: z.string(),
      /** Id of the tenant that it is in, where that was named. */
      tenant: z.string().optional(),
      job: z.string(),
      kind: z.enum(['command', 'sweep', 'pipeline', 'other']),
      /** In the service's words: Queued, Preparing, Running, … */
      status: z.string(),
      /** Why it waits, where the service tells. */
      reason: z.string().optional(),
      /** `azureml://datastores/…` of the folder with its results. */
      results: z.string().optional(),
      /** Page in Azure Machine Learning studio. */
      page: z.string().optional(),
      /** When its results were last brought here. */
      broughtAt: z.string().optional(),
    })
    .optional(),
  /** Of the backend while it runs. */
  process: z.object({ pid: z.number().int().positive(), host: z.string(), started: z.string().optional() }),
  seed: z.number().int(),
  configuration: z.object({
    file: z.string(),
    /** SHA-256 of the resolved settings. */
    hash: z.string(),
    /** `--set key=value` as given. */
    overrides: z.array(z.string()),
  }),
  /** The time that was asked for, from which the plan is made. */
  maxMinutes: z.number().optional(),
  /** What was fixed at the start; `maxMinutes` where the number of epochs was derived from a time. */
  plan: z
    .object({
      epochs: z.number().int(),
      stepsPerEpoch: z.number().int(),
      validateEvery: z.number().int(),
      maxMinutes: z.number().optional(),
      millisecondsPerStep: z.number().optional(),
    })
    .optional(),
  engine: engineSchema.optional(),
  innereye: z.string(),
  node: z.string(),
  git: z.object({ commit: z.string(), branch: z.string(), dirty: z.boolean() }).optional(),
  tags: z.record(z.string(), z.string()),
  /** Mean Dice of the best validation, and its epoch counted from 1. */
  best: z
    .object({ epoch: z.number().int(), metric: z.string(), value: z.number() })
    .optional()
    // Whatever stands there, the run can be opened.
    .catch(undefined),
  /** Mean metrics on the splits predicted at the end, such as `test/Dice`. */
  results: z.record(z.string(), z.number().nullable()).default({}),
  /** Why the run failed, if it did. */
  error: z.string().optional(),
});

export type Manifest = z.output<typeof manifestSchema>;
