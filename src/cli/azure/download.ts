import { Command } from 'commander';
import { downloadJob } from '../../azure/local/download-job.ts';
import { recordParts } from '../../azure/local/part-runs.ts';
import { noteBrought, noteJob, openJobRun } from '../../azure/local/run-record.ts';
import type { Manifest } from '../../contracts/run.ts';
import { openWithChildren } from '../../runs/child-runs.ts';
import { tellEditor } from '../editor-channel.ts';
import { withProgress } from '../progress.ts';
import { findRun, ofJob, type RunOptions } from './job-run.ts';

export const downloadCommand = (): Command =>
  ofJob(new Command('download'))
    .description("bring a job's results into a local run folder; can be interrupted and called again")
    .option('--no-checkpoints', 'leave out checkpoints but the best')
    .action(download);

async function download(name: string, options: RunOptions & { checkpoints: boolean }): Promise<void> {
  const { folder, workspace } = await findRun(name, options);
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
