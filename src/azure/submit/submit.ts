import { Fault } from '../../foundation/fault.ts';
import { isRefusal } from '../connection/service-faults.ts';
import type { AzureWorkspace, Cluster, Job, UploadProgress } from '../workspace.ts';
import type { Submission } from './submission.ts';

export interface SubmitOptions {
  /** @param what such as `code`, `data set`. */
  onUpload?(what: string): UploadProgress;
  onStep?(step: string): void;
  readonly signal?: AbortSignal;
}

/**
 * Carries out a submission. Everything in it can be repeated: what was uploaded is not uploaded again, and the job has
 * its name already, so that a request that is sent twice makes one job.
 * @throws Fault where the service refuses, or the cluster is not what the configuration demands.
 */
export async function submit(
  workspace: AzureWorkspace,
  submission: Submission,
  { onUpload, onStep, signal }: SubmitOptions = {},
): Promise<Job> {
  const step = (text: string) => {
    signal?.throwIfAborted();
    onStep?.(text);
  };
  step(`cluster ${submission.cluster}`);
  checkCluster(await workspace.cluster(submission.cluster), submission);
  /** Uploads end between two files. */
  const upload = (what: string): UploadProgress => {
    const progress = onUpload?.(what);
    return (sent, of) => {
      signal?.throwIfAborted();
      progress?.(sent, of);
    };
  };
  step(`environment ${submission.environment.name}:${submission.environment.version}`);
  await workspace.ensureEnvironment(submission.environment, upload('environment'));
  for (const { what, datastore, folder, files } of submission.uploads) {
    step(`${what} to ${datastore}/${folder}`);
    await (await workspace.files(datastore)).upload(files, folder, upload(what));
  }
  step(`code ${submission.code.name}`);
  await workspace.uploadCode(submission.code, upload('code'));
  for (const component of submission.components ?? []) {
    step(`component ${component.name}:${component.version}`);
    await workspace.ensureComponent(component);
  }
  step(`job ${submission.name}`);
  const job = await begin(workspace, submission);
  if (!signal?.aborted) return job;
  // Asked to stop while the request was on its way.
  await workspace.cancel(submission.name).catch(cause => {
    throw new UnsureSubmission(`the job ${submission.name} was begun and could not be cancelled`, cause);
  });
  throw signal.reason;
}

/** A job that may be at work, although nothing came back that says so. */
export class UnsureSubmission extends Fault {
  constructor(what: string, cause: unknown) {
    super(what, {
      remedy: 'The run is kept: `innereye azure watch RUN` finds out, `innereye azure cancel RUN` stops it.',
      cause,
    });
  }
}

async function begin(workspace: AzureWorkspace, { name, job }: Submission): Promise<Job> {
  try {
    return await workspace.submit(name, job);
  } catch (error) {
    // The answer may have been lost, and not the request; a job of another run is somebody else's.
    const found = await workspace.job(name).catch(() => undefined);
    if (found && found.tags.innereye_run === job.tags?.innereye_run) return found;
    if (found || isRefusal(error)) throw error;
    throw new UnsureSubmission(`nobody knows whether the job ${name} was begun: the answer was lost`, error);
  }
}

function checkCluster(cluster: Cluster, { lowPriority, nodes }: Submission): void {
  if (lowPriority !== undefined && cluster.lowPriority !== lowPriority) {
    const is = cluster.lowPriority ? 'low-priority' : 'dedicated';
    throw new Fault(`the cluster "${cluster.name}" has ${is} nodes`, {
      place: { setting: 'azure.low_priority' },
      remedy:
        'Name another cluster in azure.cluster (`innereye azure clusters`), or change azure.low_priority.',
    });
  }
  if (nodes > cluster.nodes.maximum) {
    throw new Fault(
      `the cluster "${cluster.name}" has at most ${cluster.nodes.maximum} nodes, not ${nodes}`,
      {
        place: { setting: 'azure.nodes' },
        remedy: 'Ask for fewer in azure.nodes, or name a larger cluster.',
      },
    );
  }
}
