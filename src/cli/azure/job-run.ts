import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { findJobRun, openJobRun, recordForeignJob } from '../../azure/local/run-record.ts';
import type { AzureWorkspace } from '../../azure/workspace.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import { connect, connectTo, type PlaceOptions, withPlaceOptions } from './connection.ts';

/** Options of commands for one job. */
export interface RunOptions extends PlaceOptions {
  output: string;
  json?: boolean;
}

/** Adds what every command for one job takes. */
export const ofJob = (command: Command): Command =>
  withPlaceOptions(command)
    .argument('<job>', 'folder of a run that is a job, or the name of a job')
    .option('--output <folder>', 'folder that has, or gets, the folder of the run', 'outputs');

/** The local run of a job, which is made where there is none yet, and the workspace that the job is in. */
export async function findRun(
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
