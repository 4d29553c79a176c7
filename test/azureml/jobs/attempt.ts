import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import { ARTIFACT_CONTAINER } from '../workspace.ts';
import { taskCount, tasksOf } from './distribution.ts';
import { substitute } from './expressions.ts';
import { freePorts } from './free-ports.ts';
import type { Job } from './job.ts';
import { jobEnvironment, type NodeEnvironment } from './job-environment.ts';
import { Processes } from './processes.ts';
import { storagePath } from './storage-path.ts';
import { download, FolderUpload } from './transfer.ts';

const SYNC_MILLISECONDS = 400;

export interface NodeContext {
  readonly store: ResourceStore;
  readonly blobs: Blobs;
  /** Folder of the nodes' disks. */
  readonly disk: string;
  readonly environment: () => NodeEnvironment;
}

/** Where a job's logs and `outputs` folder lie among the run's artifacts. */
export const artifactFolder = (job: string): string => `ExperimentRun/dcid.${job}`;

export type Outcome = { readonly ended: 'exited'; readonly code: number } | { readonly ended: 'preempted' };

/**
 * One attempt of a command on fresh nodes: the snapshot and the inputs are downloaded, processes run, their logs and
 * outputs are uploaded while they do. `searchSpace` has a trial's values.
 */
export async function attempt(
  job: Job,
  nodes: number,
  context: NodeContext,
  searchSpace: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const place = join(context.disk, job.name);
  const folder = join(place, `wd-${job.attempts}`);
  const inputs = await bringInputs(job, join(place, 'inputs'), context);
  const outputs = await openOutputs(job, place, context);
  await mkdir(folder, { recursive: true });
  await bringCode(job, folder, context);

  const values = { inputs, outputs: outputs.folders, search_space: searchSpace };
  const environment = {
    ...jobEnvironment(job, context.environment(), { inputs, outputs: outputs.folders }),
    ...substituted(job.properties.environmentVariables ?? {}, values),
  };
  const { distribution } = job.properties;
  const tasks = tasksOf(distribution, nodes, await freePorts(taskCount(distribution, nodes)));
  const logs = join(place, `logs-${job.attempts}`);
  const artifacts = artifactFolder(job.name);
  const uploads = [
    ...outputs.mounts,
    new FolderUpload(context.blobs, logs, { container: ARTIFACT_CONTAINER, path: artifacts }),
    ...['outputs', 'logs'].map(
      name =>
        new FolderUpload(context.blobs, join(folder, name), {
          container: ARTIFACT_CONTAINER,
          path: `${artifacts}/${name}`,
        }),
    ),
  ];

  const processes = new Processes();
  let preempted = false;
  job.cancel.signal.throwIfAborted();
  await processes.start(substitute(job.properties.command!, values), tasks, { folder, logs, environment });
  const terminate = (): void => processes.terminate();
  job.cancel.signal.addEventListener('abort', terminate);
  job.preempt = () => {
    preempted = true;
    processes.kill();
  };
  job.become('Running');
  const timer = setInterval(() => {
    for (const upload of uploads) upload.sync().catch(() => {});
  }, SYNC_MILLISECONDS);
  try {
    const code = await processes.end();
    if (!preempted) job.become('Finalizing');
    const rest = preempted ? uploads : [...uploads, ...outputs.uploads];
    await Promise.all(rest.map(upload => upload.sync()));
    return preempted ? { ended: 'preempted' } : { ended: 'exited', code };
  } finally {
    clearInterval(timer);
    job.preempt = undefined;
    job.cancel.signal.removeEventListener('abort', terminate);
  }
}

async function bringCode(job: Job, folder: string, { store, blobs }: NodeContext): Promise<void> {
  if (!job.properties.codeId) return;
  const codeUri = store.byId(job.properties.codeId)!.properties.codeUri as string;
  await download(blobs, storagePath(codeUri, store, blobs), folder);
}

/** Values of inputs: folders and files on the node's disk, literals as they are. They are brought once a job. */
async function bringInputs(
  job: Job,
  folder: string,
  { store, blobs }: NodeContext,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, input] of Object.entries(job.properties.inputs ?? {})) {
    if (input.jobInputType === 'literal') values[name] = input.value ?? '';
    else if (input.mode === 'Direct') values[name] = input.uri!;
    else {
      const from = storagePath(input.uri!, store, blobs);
      const isFile = input.jobInputType === 'uri_file';
      values[name] = isFile ? join(folder, name, from.path.split('/').at(-1)!) : join(folder, name);
      if (job.attempts > 1) continue;
      const count = await download(blobs, from, values[name]);
      if (count === 0) throw new Error(`The input '${name}' is empty: there is nothing at ${input.uri}.`);
    }
  }
  return values;
}

/**
 * Folders of outputs. What is mounted lies in the blobs at once and is there again after pre-emption; what is to be
 * uploaded lies on the node, begins empty, and is uploaded at the end.
 */
async function openOutputs(
  job: Job,
  place: string,
  { store, blobs }: NodeContext,
): Promise<{ folders: Record<string, string>; mounts: FolderUpload[]; uploads: FolderUpload[] }> {
  const folders: Record<string, string> = {};
  const mounts: FolderUpload[] = [];
  const uploads: FolderUpload[] = [];
  for (const [name, output] of Object.entries(job.properties.outputs ?? {})) {
    if (name === 'default' || !output?.uri) continue;
    const mounted = output.mode !== 'Upload';
    folders[name] = join(place, mounted ? 'mounts' : `uploads-${job.attempts}`, name);
    await mkdir(folders[name], { recursive: true });
    const upload = new FolderUpload(blobs, folders[name], storagePath(output.uri, store, blobs), mounted);
    if (mounted) await upload.open();
    (mounted ? mounts : uploads).push(upload);
  }
  return { folders, mounts, uploads };
}

const substituted = (
  variables: Readonly<Record<string, string>>,
  values: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, substitute(value, values)]));
