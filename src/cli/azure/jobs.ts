import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { downloadJob } from '../../azure/local/download-job.ts';
import { recordParts } from '../../azure/local/part-runs.ts';
import {
  findJobRun,
  noteBrought,
  noteJob,
  openJobRun,
  recordForeignJob,
} from '../../azure/local/run-record.ts';
import { type WatchOptions, watchJob } from '../../azure/local/watch-job.ts';
import { asOnlyWatcher, WatchedElsewhere } from '../../azure/local/watch-lock.ts';
import { type AzureWorkspace, hasEnded, type Job } from '../../azure/workspace.ts';
import type { Manifest } from '../../contracts/run.ts';
import { openWithChildren } from '../../runs/child-runs.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import { formatColumns } from '../columns.ts';
import { tellEditor } from '../editor-channel.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { withProgress } from '../progress.ts';
import { jsonOutput, textOutput } from '../training-output.ts';
import { connect, connectTo, type PlaceOptions, withPlaceOptions } from './connection.ts';

interface RunOptions extends PlaceOptions {
  output: string;
  json?: boolean;
}

const ofJob = (command: Command): Command =>
  withPlaceOptions(command)
    .argument('<job>', 'folder of a run that is a job, or the name of a job')
    .option('--output <folder>', 'folder that has, or gets, the folder of the run', 'outputs');

export const listCommand = (): Command =>
  withPlaceOptions(new Command('list'))
    .description('list jobs of the workspace, newest first')
    .option('--tag <name[=value]>', 'only jobs with this tag')
    .option('--limit <number>', 'at most so many', count, 20)
    .option('--json', 'print JSON')
    .action(list);

export const watchCommand = (): Command =>
  ofJob(new Command('watch'))
    .description('follow a job, its events written into a local run folder')
    .option('--json', 'print events as JSON lines')
    .action(watch);

export const attachCommand = (): Command =>
  ofJob(new Command('attach'))
    .description('make a local run folder for a job that was submitted elsewhere')
    .option('--json', 'print JSON')
    .action(attach);

export const cancelCommand = (): Command =>
  ofJob(new Command('cancel')).description('end a job; a training writes a checkpoint first').action(cancel);

export const downloadCommand = (): Command =>
  ofJob(new Command('download'))
    .description("bring a job's results into a local run folder; can be interrupted and called again")
    .option('--no-checkpoints', 'leave out checkpoints but the best')
    .action(download);

function count(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new InvalidArgumentError('a whole number is needed');
  return value;
}

async function list({
  tag,
  limit,
  json,
  ...place
}: PlaceOptions & { tag?: string; limit: number; json?: boolean }) {
  const workspace = await connectTo(place);
  const jobs: Job[] = [];
  for await (const job of workspace.jobs(tag === undefined ? {} : { tag })) {
    jobs.push(job);
    if (jobs.length === limit) break;
  }
  if (json) console.log(JSON.stringify(jobs, null, 2));
  else if (jobs.length === 0) console.log('There are no jobs.');
  else {
    const rows = jobs.map(({ name, status, displayName, cluster = '', createdAt = '', createdBy = '' }) => [
      name,
      status,
      displayName,
      cluster,
      createdAt.slice(0, 16).replace('T', ' '),
      createdBy,
    ]);
    for (const line of formatColumns([['job', 'status', 'model', 'cluster', 'submitted', 'by'], ...rows]))
      console.log(line);
  }
}

/** The local run of a job, which is made where there is none yet, and the workspace that the job is in. */
async function find(
  job: string,
  { output, ...place }: RunOptions,
): Promise<{ folder: string; workspace: AzureWorkspace }> {
  const isFolder = existsSync(join(job, RUN_FILES.manifest));
  const known = isFolder ? resolve(job) : await findJobRun(resolve(output), job);
  if (known !== undefined) {
    const { azure } = await openJobRun(known);
    return { folder: known, workspace: await connect(azure) };
  }
  const workspace = await connectTo(place);
  return {
    folder: await recordForeignJob(resolve(output), await workspace.job(job), workspace.place),
    workspace,
  };
}

async function watch(name: string, options: RunOptions): Promise<void> {
  const { folder, workspace } = await find(name, options);
  const signal = interruption('No longer watching; the job goes on');
  const output = options.json ? jsonOutput : textOutput();
  if (!options.json) console.log(`run ${folder}`);
  const watching: WatchOptions = {
    signal,
    onEvent: event => output.show(event),
    onPart: part => {
      const own = asOnlyWatcher(part, () => watchJob(workspace, part, { signal }), { signal, wait: false });
      // Whoever follows it already writes into its folder.
      parts.push(own.then(() => {}).catch(passWatched));
    },
    onJob: ({ status }, reason) => {
      if (!options.json) console.log(`${status}${reason === undefined ? '' : `: ${reason}`}`);
    },
  };
  const parts: Promise<void>[] = [];
  const job = await asOnlyWatcher(folder, () => watchJob(workspace, folder, watching), {
    signal,
    wait: false,
  })
    .catch(error => {
      // The run's folder is kept up to date already: what is heard is only shown.
      if (error instanceof WatchedElsewhere)
        return watchJob(workspace, folder, { ...watching, record: false });
      throw error;
    })
    .finally(() => output.close());
  await Promise.all(parts);
  if (signal.aborted) throw new InterruptedError('interrupted');
  if (job.status === 'Completed' && !options.json)
    console.log(`Bring its results here with: innereye azure download ${folder}`);
  if (job.status === 'Failed') {
    console.error(job.error ?? 'The job failed.');
    process.exitCode = 1;
  }
}

const passWatched = (error: unknown): void => {
  if (!(error instanceof WatchedElsewhere)) throw error;
};

async function attach(name: string, options: RunOptions): Promise<void> {
  const { folder, workspace } = await find(name, options);
  const { azure } = await openJobRun(folder);
  const job = await workspace.job(azure.job);
  // What one that is over has said is fetched now: nobody follows it any more.
  if (hasEnded(job)) {
    const signal = interruption();
    await asOnlyWatcher(folder, () => watchJob(workspace, folder, { signal }), { signal, wait: true });
  } else await noteJob(folder, job);
  console.log(options.json ? JSON.stringify({ run: folder, job: azure.job }) : `run ${folder}`);
}

async function cancel(name: string, options: RunOptions): Promise<void> {
  const { folder, workspace } = await find(name, options);
  const { azure } = await openJobRun(folder);
  await workspace.cancel(azure.job);
  const job = await workspace.job(azure.job);
  await noteJob(folder, job);
  console.log(`${azure.job}: ${job.status}`);
}

async function download(name: string, options: RunOptions & { checkpoints: boolean }): Promise<void> {
  const { folder, workspace } = await find(name, options);
  const brought = await withProgress('downloading', async ({ onProgress, signal }) => {
    const progress = {
      onProgress: (done: number, total: number) => {
        onProgress(done, total);
        tellEditor({ type: 'progress', message: 'results', done, total });
      },
      signal,
      withoutCheckpoints: !options.checkpoints,
    };
    await recordParts(workspace, folder);
    const isSweep = (await openJobRun(folder)).azure.kind === 'sweep';
    let files = 0;
    // A search leaves nothing but its trials.
    for (const run of [...(await partsIn(folder)), ...(isSweep ? [] : [folder])]) {
      const { azure } = await openJobRun(run);
      await noteJob(run, await workspace.job(azure.job));
      files += await downloadJob(workspace, run, progress);
    }
    if (isSweep) await noteBrought(folder);
    return files;
  });
  console.log(`${brought === 1 ? 'one file' : `${brought} files`} brought into ${folder}`);
}

/** The runs of the folds or trials of a job, as far as they have begun. */
async function partsIn(folder: string): Promise<string[]> {
  const runs = await openWithChildren(folder);
  const isPart = ({ fold, trial, azure }: Manifest) => azure && (fold ?? trial) !== undefined;
  return runs.filter(({ manifest }) => isPart(manifest)).map(run => run.folder);
}
