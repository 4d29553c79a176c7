import { Command } from 'commander';
import { noteJob, openJobRun } from '../../azure/local/run-record.ts';
import type { Job } from '../../azure/workspace.ts';
import { formatColumns } from '../columns.ts';
import { atLeast } from '../option-values.ts';
import { connectTo, type PlaceOptions, withPlaceOptions } from './connection.ts';
import { findRun, ofJob, type RunOptions } from './job-run.ts';

export const listCommand = (): Command =>
  withPlaceOptions(new Command('list'))
    .description('list jobs of the workspace, newest first')
    .option('--tag <name[=value]>', 'only jobs with this tag')
    .option('--limit <number>', 'at most so many', atLeast(1), 20)
    .option('--json', 'print JSON')
    .action(list);

export const cancelCommand = (): Command =>
  ofJob(new Command('cancel')).description('end a job; a training writes a checkpoint first').action(cancel);

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

async function cancel(name: string, options: RunOptions): Promise<void> {
  const { folder, workspace } = await findRun(name, options);
  const { azure } = await openJobRun(folder);
  await workspace.cancel(azure.job);
  const job = await workspace.job(azure.job);
  await noteJob(folder, job);
  console.log(`${azure.job}: ${job.status}`);
}
