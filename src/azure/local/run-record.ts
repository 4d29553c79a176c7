import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatResolved, hashSettings } from '../../config/format-resolved.ts';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { Manifest } from '../../contracts/run.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { thisProcess } from '../../foundation/process-identity.ts';
import { version } from '../../foundation/version.ts';
import { createRunFolder, openRun, RUN_FILES, type Run, writeManifest } from '../../runs/run-folder.ts';
import { gitState, takeSnapshot } from '../../runs/snapshot.ts';
import { hasEnded, type Job, type WorkspacePlace } from '../workspace.ts';

/** The process of a job: none of this machine, nor of any other that could be asked. */
export const REMOTE = { pid: 1, host: 'azureml:' };

/** What is known of a job before or without its own manifest. */
export type KnownJob = Pick<Job, 'name' | 'kind' | 'status'> & {
  readonly results?: string;
  readonly page?: string;
};

/**
 * Makes the local folder of a run that is a job: it is there before the job is sent, so that nothing is lost when this
 * machine is, and looks like that of a local run.
 */
export async function recordSubmission(
  outputs: string,
  id: string,
  configuration: ResolvedConfiguration,
  job: KnownJob & { readonly place: WorkspacePlace },
  {
    overrides,
    tags,
    time,
    more,
  }: {
    overrides: readonly string[];
    tags: Readonly<Record<string, string>>;
    time: Date;
    /** What else the manifest says. */
    more?: Partial<Manifest>;
  },
): Promise<string> {
  const { settings, file } = configuration;
  const folder = await createRunFolder(outputs, id);
  const git = await gitState(dirname(file));
  await writeManifest(folder, {
    id: basename(folder),
    name: settings.name ?? basename(file),
    task: settings.task,
    ...more,
    status: 'running',
    startedAt: time.toISOString(),
    // Until the job is there, its submission is at work here.
    process: thisProcess(),
    seed: settings.training.seed,
    configuration: { file, hash: hashSettings(settings), overrides: [...overrides] },
    innereye: version,
    node: process.version,
    ...(git && { git }),
    tags: { ...settings.tags, ...tags },
    results: {},
    azure: azureOf(job, job.place),
  });
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  const sources = configuration.files.filter(({ kind }) => kind === 'file');
  await takeSnapshot(folder, sources);
  return folder;
}

/** Makes the local folder of a job that somebody else submitted, or that was submitted from another machine. */
export async function recordForeignJob(outputs: string, job: Job, place: WorkspacePlace): Promise<string> {
  const folder = join(outputs, job.name);
  await makeFolder(folder);
  await writeManifest(folder, {
    id: job.name,
    name: job.displayName,
    task: 'segmentation',
    status: 'running',
    startedAt: job.createdAt ?? new Date().toISOString(),
    process: REMOTE,
    seed: Number(job.tags.effective_random_seed ?? 0),
    configuration: { file: '', hash: '', overrides: [] },
    innereye: job.tags.innereye_version ?? version,
    node: '',
    tags: { ...job.tags },
    results: {},
    azure: azureOf(
      { ...job, ...(job.outputs.runs && { results: job.outputs.runs.replace(/\/+$/, '') }) },
      place,
    ),
  });
  return folder;
}

type AzureOfRun = NonNullable<Manifest['azure']>;

const azureOf = ({ name, kind, status, results, page }: KnownJob, place: WorkspacePlace): AzureOfRun => ({
  ...place,
  job: name,
  kind,
  status,
  ...(results !== undefined && { results }),
  ...(page !== undefined && { page }),
});

/**
 * The run in a folder, which is a job.
 * @throws Fault where it is a run of this machine.
 */
export async function openJobRun(folder: string): Promise<Run & { readonly azure: AzureOfRun }> {
  const run = await openRun(folder);
  if (run.manifest.azure) return { ...run, azure: run.manifest.azure };
  throw new Fault('this run is none on AzureML', {
    place: { file: folder },
    remedy: 'Name the folder of a run that `innereye azure submit` made, or a job of `innereye azure list`.',
  });
}

/** How a run is called that is a job of this status. */
export function runStatusOf(job: Pick<Job, 'status'>): Manifest['status'] {
  if (!hasEnded(job)) return 'running';
  return job.status === 'Completed' ? 'completed' : job.status === 'Canceled' ? 'cancelled' : 'failed';
}

/** Writes down what was last heard of a job. */
export async function noteJob(folder: string, job: Job, reason?: string): Promise<void> {
  const { manifest, azure } = await openJobRun(folder);
  const status = runStatusOf(job);
  const { reason: _, ...kept } = azure;
  await writeManifest(folder, {
    ...manifest,
    status,
    process: REMOTE,
    ...(hasEnded(job) && { finishedAt: job.endedAt ?? new Date().toISOString() }),
    ...(status === 'failed' && { error: job.error ?? 'the job failed; its logs say why' }),
    azure: {
      ...kept,
      status: job.status,
      ...(job.page && { page: job.page }),
      ...(reason !== undefined && { reason }),
    },
  });
}

/** Writes down that the parts of a job, which has no results of its own, are here. */
export async function noteBrought(folder: string): Promise<void> {
  const { manifest, azure } = await openJobRun(folder);
  await writeManifest(folder, { ...manifest, azure: { ...azure, broughtAt: new Date().toISOString() } });
}

/** Writes down that a job was never begun. @returns the fault to tell. */
export async function noteLostSubmission(folder: string): Promise<Fault> {
  const { manifest, azure } = await openJobRun(folder);
  const error =
    azure.status === 'NotStarted'
      ? 'its submission was broken off before the job was there'
      : 'the job is no longer in the workspace';
  await writeManifest(folder, {
    ...manifest,
    status: 'failed',
    finishedAt: new Date().toISOString(),
    process: REMOTE,
    error,
  });
  return new Fault(error, {
    place: { file: folder },
    remedy: 'Submit it again; what was uploaded is there.',
  });
}

/** The local folder of a job's run below a folder of runs; undefined where there is none. */
export async function findJobRun(outputs: string, job: string): Promise<string | undefined> {
  for (const name of await readdir(outputs).catch(() => [])) {
    const folder = join(outputs, name);
    const run = await openRun(folder).catch(() => undefined);
    if (run?.manifest.azure?.job === job) return folder;
  }
  return undefined;
}
