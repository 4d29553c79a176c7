import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { findJobRun, openJobRun, recordForeignJob } from '../../azure/local/run-record.ts';
import type { AzureWorkspace } from '../../azure/workspace.ts';
import { Fault } from '../../foundation/fault.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import { connect, type PlaceOptions, placeOf, withPlaceOptions } from './connection.ts';

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
  requireJobName(job);
  const workspace = await connect(await placeOf(place).catch(error => Promise.reject(neither(job, error))));
  return {
    folder: await recordForeignJob(resolve(output), await workspace.job(job), workspace.place),
    workspace,
  };
}

/** @throws Fault where a folder is meant, and no run is in it: the names of jobs have no slashes and dots. */
function requireJobName(job: string): void {
  const isThere = existsSync(job);
  if (/^[\w-]+$/.test(job) && !isThere) return;
  throw new Fault(isThere ? 'this is not the folder of a run' : 'there is no such folder of a run', {
    place: { file: resolve(job) },
    remedy:
      'Name a folder that `innereye azure submit` made, or a job by its name: `innereye azure list` shows them.',
  });
}

/** A fault of looking for a job, told to who may have meant a folder. */
function neither(job: string, error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  const { message, place, remedy, cause } = error;
  return new Fault(`there is no folder ${job} here, and to look for a job of that name: ${message}`, {
    place,
    ...(remedy !== undefined && { remedy }),
    cause,
  });
}
