import { Fault } from '../../foundation/fault.ts';
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
  await workspace.cancel(submission.name);
  throw signal.reason;
}

async function begin(workspace: AzureWorkspace, { name, job }: Submission): Promise<Job> {
  try {
    return await workspace.submit(name, job);
  } catch (error) {
    // A refusal is an answer: a job of this name is then somebody else's.
    if (error instanceof Fault) throw error;
    // The answer may have been lost, and not the request.
    const found = await workspace.job(name).catch(() => undefined);
    if (found) return found;
    throw error;
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
