import type { Job, JobProperties } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { PROVIDER, WORKSPACE_ID } from '../workspace.ts';
import { type Arm, page } from './arm.ts';
import type { Operations } from './operations.ts';

/** Jobs as Azure Resource Manager has them. */
export function jobRoutes(arm: Arm, jobs: Jobs, operations: Operations, origin: () => string): void {
  arm.onWorkspace('GET', '/jobs', request => {
    const { query } = request;
    const found = jobs.all
      // Children are told by the run history; trials and steps are no jobs of this list.
      .filter(job => job.parent === undefined)
      .filter(
        ({ properties }) => query.get('jobType') === null || properties.jobType === query.get('jobType'),
      )
      .filter(({ properties }) => fitsView(properties.isArchived === true, query.get('listViewType')))
      .filter(({ properties }) => fitsTag(properties.tags ?? {}, query.get('tag')));
    return page(
      request,
      found.map(job => jobResource(job, origin())),
      origin(),
    );
  });
  arm.onWorkspace('GET', '/jobs/{name}', ({ names }) => ok(jobResource(jobs.require(names.name!), origin())));
  arm.onWorkspace('PUT', '/jobs/{name}', request => {
    checkBody(request.version, 'JobBase', request.body);
    const { properties } = request.body as { properties: JobProperties };
    const { job, isNew } = jobs.put(request.names.name!, properties, request.caller!.name);
    return { status: isNew ? 201 : 200, body: jobResource(job, origin()) };
  });
  arm.onWorkspace('POST', '/jobs/{name}/cancel', ({ names, version }) => {
    const job = jobs.require(names.name!);
    // A job that has ended has nothing to cancel.
    if (job.hasEnded) return { status: 200 };
    const headers = operations.begin(version, () => job.finished);
    job.requestCancel();
    return { status: 202, headers };
  });
  arm.onWorkspace('DELETE', '/jobs/{name}', ({ names, version }) => {
    jobs.delete(names.name!);
    return { status: 202, headers: operations.begin(version, async () => {}) };
  });
}

function fitsView(isArchived: boolean, view: string | null): boolean {
  if (view === 'All') return true;
  return isArchived === (view === 'ArchivedOnly');
}

/** `name` or `name=value`. */
function fitsTag(tags: Readonly<Record<string, string>>, tag: string | null): boolean {
  if (tag === null) return true;
  const [name, ...value] = tag.split('=');
  return name! in tags && (value.length === 0 || tags[name!] === value.join('='));
}

export function jobResource(job: Job, origin: string): object {
  const { host } = new URL(origin);
  return {
    id: `${WORKSPACE_ID}/jobs/${job.name}`,
    name: job.name,
    type: `${PROVIDER}/workspaces/jobs`,
    properties: {
      ...job.properties,
      tags: job.properties.tags ?? {},
      properties: { ...job.properties.properties, 'azureml.DatasetAccessModes': 'Asset' },
      isArchived: job.properties.isArchived ?? false,
      status: job.status,
      services: {
        Tracking: service('Tracking', `azureml://${host}/mlflow/v1.0${WORKSPACE_ID}?`),
        Studio: service('Studio', `https://ml.azure.com/runs/${job.name}?wsid=${WORKSPACE_ID}`),
      },
    },
    systemData: { createdAt: job.created.toISOString(), createdBy: job.by, createdByType: 'User' },
  };
}

const service = (jobServiceType: string, endpoint: string): object => ({
  jobServiceType,
  port: null,
  endpoint,
  status: null,
  errorMessage: null,
  properties: null,
});
