import type { z } from 'zod';
import type { Blobs } from '../blobs.ts';
import { demand } from '../identity/tokens.ts';
import { artifactFolder } from '../jobs/attempt.ts';
import { ok, type Request, type Response, type Router } from '../router.ts';
import { ARTIFACT_CONTAINER, WORKSPACE_ID } from '../workspace.ts';
import { mlflowError } from './errors.ts';
import { experimentOf, experimentRoutes } from './experiments.ts';
import { parseFilter, parseOrder } from './filter.ts';
import { LARGEST_BATCH_BYTES, messages } from './messages.ts';
import { artifactUri, metricMessage, paged, runMessage } from './run-messages.ts';
import type { Run, RunStore } from './run-store.ts';

/** MLflow's tracking service at the workspace's address. */
export function mlflowRoutes(router: Router, store: RunStore, blobs: Blobs): void {
  const on = <T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    handler: (message: T, request: Request) => Response | Promise<Response>,
  ) => {
    for (const service of ['v1.0', 'v2.0'])
      router.on(method, `/mlflow/${service}${WORKSPACE_ID}/api/2.0/mlflow/${path}`, request => {
        const right = method === 'GET' || path.endsWith('/search') ? 'read' : 'write';
        demand(
          request.caller!,
          `Microsoft.MachineLearningServices/workspaces/experiments/runs/${right}`,
          WORKSPACE_ID,
        );
        return handler(read(schema, request), request);
      });
  };
  experimentRoutes(on, store);

  on('POST', 'runs/create', messages.createRun, ({ experiment_id, run_name, start_time, tags }) => {
    const experiment = experimentOf(store, experiment_id);
    const run = store.addRun(experiment, {
      ...(run_name && { name: run_name }),
      ...(start_time !== undefined && { startTime: start_time }),
    });
    for (const { key, value } of tags ?? []) setTag(run, key, value);
    return ok({ run: runMessage(run) });
  });
  on('GET', 'runs/get', messages.run, given => ok({ run: runMessage(runOf(store, given)) }));
  on('POST', 'runs/update', messages.updateRun, given => {
    const run = runOf(store, given);
    if (given.status) run.status = given.status;
    if (given.end_time !== undefined) run.endTime = given.end_time;
    if (given.run_name) run.name = given.run_name;
    return ok({ run_info: runMessage(run).info });
  });
  on('POST', 'runs/search', messages.searchRuns, given => {
    const found = [...store.runs.values()]
      .filter(run => !given.experiment_ids || given.experiment_ids.includes(run.experiment.id))
      .filter(parseFilter(given.filter))
      .sort(parseOrder(given.order_by));
    return ok(paged('runs', found.map(runMessage), given, 1000));
  });
  on('POST', 'runs/log-metric', messages.logMetric, given => {
    store.logMetric(runOf(store, given), given.key, given);
    return ok({});
  });
  on('POST', 'runs/log-parameter', messages.logParameter, given => {
    logParameter(runOf(store, given), given.key, given.value);
    return ok({});
  });
  on('POST', 'runs/set-tag', messages.setTag, given => {
    setTag(runOf(store, given), given.key, given.value);
    return ok({});
  });
  on('POST', 'runs/delete-tag', messages.deleteTag, given => {
    if (!runOf(store, given).tags.delete(given.key))
      throw mlflowError(
        'RESOURCE_DOES_NOT_EXIST',
        `No tag with name: ${given.key} in run with id ${given.run_id}`,
      );
    return ok({});
  });
  on('POST', 'runs/log-batch', messages.logBatch, (given, request) => {
    if (JSON.stringify(request.body).length > LARGEST_BATCH_BYTES)
      throw mlflowError(
        'INVALID_PARAMETER_VALUE',
        'Batched logging API requests must be at most 1048576 bytes.',
      );
    const run = runOf(store, given);
    for (const { key, value } of given.params) logParameter(run, key, value);
    for (const point of given.metrics) store.logMetric(run, point.key, point);
    for (const { key, value } of given.tags) setTag(run, key, value);
    return ok({});
  });
  on('GET', 'metrics/get-history', messages.metricHistory, given => {
    const points = runOf(store, given).metrics.get(given.metric_key) ?? [];
    return ok(
      paged(
        'metrics',
        points.map(point => metricMessage(given.metric_key, point)),
        given,
        25_000,
      ),
    );
  });
  on('GET', 'artifacts/list', messages.listArtifacts, async given => {
    const run = runOf(store, given);
    return ok({ root_uri: artifactUri(run), files: await files(blobs, run, given.path ?? '') });
  });
}

/** The message of a request: the body of a POST, the query of a GET. */
function read<T>(schema: z.ZodType<T>, request: Request): T {
  const given = request.method === 'GET' ? Object.fromEntries(request.query) : (request.body ?? {});
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const value = first!.path.join('.') || 'request';
  throw mlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value for parameter '${value}' supplied: ${first!.message}`,
  );
}

function runOf(store: RunStore, given: { run_id?: string | undefined; run_uuid?: string | undefined }): Run {
  const id = given.run_id ?? given.run_uuid;
  if (!id) throw mlflowError('INVALID_PARAMETER_VALUE', "Missing value for required parameter 'run_id'.");
  const run = store.runs.get(id);
  if (!run) throw mlflowError('RESOURCE_DOES_NOT_EXIST', `Run with id=${id} not found`);
  return run;
}

function logParameter(run: Run, key: string, value: string): void {
  const before = run.parameters.get(key);
  if (before !== undefined && before !== value)
    throw mlflowError(
      'INVALID_PARAMETER_VALUE',
      `Changing param values is not allowed. Param with key='${key}' was already logged with value='${before}' for run ID='${run.id}'. Attempted logging new value '${value}'.`,
    );
  run.parameters.set(key, value);
}

function setTag(run: Run, key: string, value: string): void {
  run.tags.set(key, value);
  if (key === 'mlflow.runName') run.name = value;
}

/** Files and folders directly below `path` among a run's artifacts. */
async function files(blobs: Blobs, run: Run, path: string): Promise<object[]> {
  const root = `${artifactFolder(run.id)}/`;
  const prefix = path ? `${root}${path}/` : root;
  const found: object[] = [];
  for await (const item of blobs.container(ARTIFACT_CONTAINER).listBlobsByHierarchy('/', { prefix })) {
    const name = item.name.slice(root.length).replace(/\/$/, '');
    found.push(
      item.kind === 'prefix'
        ? { path: name, is_dir: true }
        : { path: name, is_dir: false, file_size: item.properties.contentLength ?? 0 },
    );
  }
  return found;
}
