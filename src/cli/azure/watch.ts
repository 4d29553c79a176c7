import { Command } from 'commander';
import { noteJob, openJobRun } from '../../azure/local/run-record.ts';
import { type WatchOptions, watchJob } from '../../azure/local/watch-job.ts';
import { asOnlyWatcher, WatchedElsewhere } from '../../azure/local/watch-lock.ts';
import { hasEnded } from '../../azure/workspace.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { jsonOutput, textOutput } from '../training-output.ts';
import { findRun, ofJob, type RunOptions } from './job-run.ts';

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

async function watch(name: string, options: RunOptions): Promise<void> {
  const { folder, workspace } = await findRun(name, options);
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
  const { folder, workspace } = await findRun(name, options);
  const { azure } = await openJobRun(folder);
  const job = await workspace.job(azure.job);
  // What one that is over has said is fetched now: nobody follows it any more.
  if (hasEnded(job)) {
    const signal = interruption();
    await asOnlyWatcher(folder, () => watchJob(workspace, folder, { signal }), { signal, wait: true });
  } else await noteJob(folder, job);
  console.log(options.json ? JSON.stringify({ run: folder, job: azure.job }) : `run ${folder}`);
}
