import { z } from 'zod';

/** Requests of MLflow's REST as its protocol buffers define them; whole numbers may come as text, as in JSON of those. */
const int64 = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(Number);
/** Values that JSON has no word for come as text. */
const double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const runId = { run_id: z.string().optional(), run_uuid: z.string().optional() };
/** Names of metrics, parameters and tags: https://mlflow.org/docs/latest/rest-api.html#log-metric */
const key = z
  .string()
  .min(1)
  .max(250)
  .regex(/^[/\w.\- :]+$/, 'letters, digits, _ - . space : and / are allowed');

const keyValue = z.strictObject({ key, value: z.string().max(8000) });
const status = z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']);

export const metric = z.strictObject({
  key,
  value: double,
  timestamp: int64,
  step: int64.default(0),
  // Of later versions: its run once more, and models and data sets that a metric speaks of.
  run_id: z.string().optional(),
  model_id: z.string().optional(),
  dataset_name: z.string().optional(),
  dataset_digest: z.string().optional(),
});

export const messages = {
  createExperiment: z.strictObject({
    name: z.string().min(1),
    artifact_location: z.string().optional(),
    tags: z.array(keyValue).optional(),
  }),
  experimentByName: z.object({ experiment_name: z.string() }),
  experimentById: z.object({ experiment_id: z.string() }),
  searchExperiments: z.object({
    max_results: int64.optional(),
    page_token: z.string().optional(),
    filter: z.string().optional(),
    view_type: z.string().optional(),
    order_by: z.array(z.string()).optional(),
  }),
  createRun: z.strictObject({
    experiment_id: z.string(),
    user_id: z.string().optional(),
    run_name: z.string().optional(),
    start_time: int64.optional(),
    tags: z.array(keyValue).optional(),
  }),
  run: z.object(runId),
  updateRun: z.strictObject({
    ...runId,
    status: status.optional(),
    end_time: int64.optional(),
    run_name: z.string().optional(),
  }),
  searchRuns: z.strictObject({
    experiment_ids: z.array(z.string()).optional(),
    filter: z.string().optional(),
    run_view_type: z.enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL']).optional(),
    max_results: int64.optional(),
    order_by: z.array(z.string()).optional(),
    page_token: z.string().optional(),
  }),
  logMetric: metric.extend(runId),
  logParameter: z.strictObject({ ...runId, ...keyValue.shape }),
  setTag: z.strictObject({ ...runId, ...keyValue.shape }),
  deleteTag: z.strictObject({ run_id: z.string(), key }),
  logBatch: z
    .strictObject({
      run_id: z.string(),
      metrics: z.array(metric).max(1000).default([]),
      params: z.array(keyValue).max(100).default([]),
      tags: z.array(keyValue).max(100).default([]),
    })
    .refine(
      ({ metrics, params, tags }) => metrics.length + params.length + tags.length <= 1000,
      'at most 1000 metrics, parameters and tags together',
    ),
  metricHistory: z.object({
    ...runId,
    metric_key: z.string(),
    max_results: int64.optional(),
    page_token: z.string().optional(),
  }),
  listArtifacts: z.object({ ...runId, path: z.string().optional(), page_token: z.string().optional() }),
};

export const LARGEST_BATCH_BYTES = 1024 * 1024;
