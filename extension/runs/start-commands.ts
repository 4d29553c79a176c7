import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { NOT_REPRODUCED } from '../../src/contracts/exit-codes.ts';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import type { Backend } from '../backend/backend.ts';
import { ensureEngine } from '../backend/engine.ts';
import { type StartedRun, startRun, startSearch, startTraining } from '../backend/train.ts';
import type { TrainingOptions } from '../backend/training-arguments.ts';
import type { Runs } from './runs.ts';

/** What is done with a run once it has a folder. */
export type OpenRun = (folder: string) => unknown;

/** Trains a configuration and shows its run. @returns false where it did not start, which the user has been told */
export async function train(
  backend: Backend,
  runs: Runs,
  open: OpenRun,
  configuration: vscode.Uri,
  options?: TrainingOptions,
): Promise<boolean> {
  const started = await startTraining(backend, configuration, options);
  await shown(runs, open, started);
  return started !== undefined;
}

/** Searches the settings that a configuration names. */
export async function search(
  backend: Backend,
  runs: Runs,
  open: OpenRun,
  configuration: vscode.Uri,
): Promise<void> {
  await shown(runs, open, await startSearch(backend, configuration));
}

/** Goes on with a run that was interrupted, stopped or failed. */
export async function resume(backend: Backend, runs: Runs, open: OpenRun, row: RunRow): Promise<void> {
  if (row.kind === 'search') {
    const started = await startSearch(backend, vscode.Uri.file(row.configuration), row.folder);
    return shown(runs, open, started);
  }
  const options = { resume: row.folder };
  await shown(runs, open, await startTraining(backend, vscode.Uri.file(row.configuration), options));
}

/** Trains a complete run again, and says whether it came out the same, bit for bit. */
export async function reproduce(backend: Backend, runs: Runs, open: OpenRun, row: RunRow): Promise<void> {
  if (row.status !== 'completed')
    throw new Fault('only a complete run can be reproduced', { remedy: 'Resume it first.' });
  const scope = vscode.Uri.file(row.configuration);
  if (!(await ensureEngine(backend, scope))) return;
  const outputs = dirname(row.folder);
  const args = ['runs', 'reproduce', row.folder, '--output', outputs];
  const started = await startRun(backend, args, { scope, outputs });
  await shown(runs, open, started);
  void started?.ended.then(async ({ code, log }) => {
    if (code !== 0 && code !== NOT_REPRODUCED) return;
    // The outcome is told even where somebody has removed the log.
    const printed = await readFile(log, 'utf8').catch(() => '');
    const said = printed.trimEnd().split('\n').at(-1);
    if (code === 0) void vscode.window.showInformationMessage(`${row.name} is reproduced: ${said}`);
    else void vscode.window.showWarningMessage(`${row.name} is not reproduced: ${said}`);
  });
}

async function shown(runs: Runs, open: OpenRun, started: StartedRun | undefined): Promise<void> {
  if (!started) return;
  await runs.read(started.folder);
  // The end of a process is known at once, before the next poll.
  void started.ended.then(() => runs.read(started.folder));
  await open(started.folder);
}
