import type { Blobs } from './blobs.ts';
import { demand } from './identity/tokens.ts';
import { artifactFolder } from './jobs/attempt.ts';
import type { Clusters } from './jobs/clusters.ts';
import type { Job } from './jobs/job.ts';
import type { Jobs } from './jobs/jobs.ts';
import { ok, type Request, type Response, type Router } from './router.ts';
import { ServiceError } from './service-error.ts';
import { ARTIFACT_CONTAINER, WORKSPACE_ID } from './workspace.ts';

/** The run history's and the artifacts' service, beside Azure Resource Manager: details with log files, children, files. */
export function runHistoryRoutes(router: Router, jobs: Jobs, blobs: Blobs, clusters: Clusters): void {
  const runOf = (job: Job) => ({ ...factsOf(job), queueingInfo: queueing(job, clusters) });
  const on = (
    method: string,
    path: string,
    handler: (job: Job, request: Request) => Response | Promise<Response>,
  ): void => {
    router.on(method, path, request => {
      demand(request.caller!, 'Microsoft.MachineLearningServices/workspaces/jobs/read', WORKSPACE_ID);
      return handler(found(jobs, request.names.run!), request);
    });
  };
  for (const scope of ['', '/experiments/{experiment}', '/experimentids/{experiment}']) {
    const runs = `/history/v1.0${WORKSPACE_ID}${scope}/runs/{run}`;
    on('GET', runs, job => ok(runOf(job)));
    on('GET', `${runs}/details`, async job => ok({ ...runOf(job), logFiles: await logFiles(job, blobs) }));
    on('GET', `${runs}/children`, job =>
      ok({ value: job.children.map(runOf), continuationToken: null, nextLink: null }),
    );
    on('PATCH', runs, (job, { body }) => {
      const { tags, displayName, description } = body as {
        tags?: Record<string, string>;
        displayName?: string;
        description?: string;
      };
      for (const [name, value] of Object.entries(tags ?? {})) job.run.tags.set(name, value);
      job.properties = {
        ...job.properties,
        tags: { ...job.properties.tags, ...tags },
        ...(displayName && { displayName }),
        ...(description && { description }),
      };
      return ok(runOf(job));
    });
  }
  const artifacts = `/artifact/v2.0${WORKSPACE_ID}/artifacts`;
  on('GET', `${artifacts}/ExperimentRun/dcid.{run}`, async job =>
    ok({ value: await artifactsOf(job, blobs), continuationToken: null, nextLink: null }),
  );
  on('GET', `${artifacts}/contentinfo/ExperimentRun/dcid.{run}`, (job, { query }) => {
    const path = query.get('path') ?? '';
    return ok({
      contentUri: blobs.readableUri(ARTIFACT_CONTAINER, `${artifactFolder(job.name)}/${path}`),
      origin: 'ExperimentRun',
      container: `dcid.${job.name}`,
      path,
    });
  });
  router.on('POST', `/history/v1.0${WORKSPACE_ID}/rundata`, ({ body }) => {
    const job = found(jobs, (body as { runId: string }).runId);
    return ok({ runMetadata: runOf(job), runDefinition: null, jobSpecification: null, systemSettings: null });
  });
}

function found(jobs: Jobs, name: string): Job {
  const job = jobs.get(name);
  if (job) return job;
  throw new ServiceError(404, 'UserError', `Run ${name} was not found`);
}

/** Why a job waits, as far as the service tells: for nodes that it cannot get. */
function queueing({ status, properties }: Job, clusters: Clusters): object | null {
  const cluster = clusters.get(properties.computeId?.split('/').at(-1) ?? '');
  if (status !== 'Queued' || !cluster?.held) return null;
  return {
    code: 'NoCapacity',
    message: 'The region has no capacity for more nodes of this size at the moment.',
    lastRefreshTimestamp: new Date().toISOString(),
  };
}

function factsOf(job: Job): object {
  const { status, error, properties, parent } = job;
  return {
    runId: job.name,
    runUuid: job.name,
    runNumber: 1,
    status,
    target: properties.computeId?.split('/').at(-1) ?? null,
    displayName: properties.displayName,
    experimentId: job.run.experiment.id,
    parentRunId: parent?.name ?? null,
    rootRunId: parent?.name ?? job.name,
    createdTimeUtc: job.created.toISOString(),
    startTimeUtc: job.started?.toISOString() ?? null,
    endTimeUtc: job.ended?.toISOString() ?? null,
    createdBy: { userName: job.by },
    error: error
      ? { error: { code: error.code, message: error.message, messageFormat: '', messageParameters: {} } }
      : null,
    warnings: null,
    tags: Object.fromEntries(job.run.tags),
    properties: { ...properties.properties, 'azureml.runsource': 'commandjob' },
    runType: RUN_TYPES[properties.jobType],
    runTypeV2: { orchestrator: 'Execution', traits: [] },
    hidden: properties.isArchived ?? false,
  };
}

const RUN_TYPES = {
  Command: 'azureml.scriptrun',
  Sweep: 'hyperdrive',
  Pipeline: 'azureml.PipelineRun',
} as const;

/** Addresses of the log files, by their names among the run's artifacts. */
async function logFiles(job: Job, blobs: Blobs): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const prefix = `${artifactFolder(job.name)}/`;
  for (const folder of ['user_logs/', 'system_logs/'])
    for await (const { name } of blobs
      .container(ARTIFACT_CONTAINER)
      .listBlobsFlat({ prefix: prefix + folder }))
      files[name.slice(prefix.length)] = blobs.readableUri(ARTIFACT_CONTAINER, name);
  return files;
}

async function artifactsOf(job: Job, blobs: Blobs): Promise<object[]> {
  const prefix = `${artifactFolder(job.name)}/`;
  const files: object[] = [];
  for await (const { name, properties } of blobs.container(ARTIFACT_CONTAINER).listBlobsFlat({ prefix }))
    files.push({
      artifactId: `ExperimentRun/dcid.${job.name}/${name.slice(prefix.length)}`,
      origin: 'ExperimentRun',
      container: `dcid.${job.name}`,
      path: name.slice(prefix.length),
      etag: properties.etag,
      createdTime: properties.createdOn,
    });
  return files;
}
