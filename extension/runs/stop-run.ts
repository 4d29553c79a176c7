import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { reporting } from '../show-fault.ts';
import type { Runs } from './runs.ts';
import { signalRun } from './signal-run.ts';

/** After so long a checkpoint should be written; then the user may want to wait no longer. */
const PATIENCE_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 300;

/**
 * Asks a run to write a checkpoint and end, and waits until it has.
 * @returns how it ended; undefined where the user does not wait for it
 */
export async function stopRun(runs: Runs, { folder, name }: RunRow): Promise<RunRow | undefined> {
  if (!(await signalRun(folder))) return runs.read(folder);
  const location = vscode.ProgressLocation.Notification;
  const title = `Stopping ${name} after a checkpoint`;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    let patience = Date.now() + PATIENCE_MILLISECONDS;
    while (!token.isCancellationRequested) {
      const row = await runs.read(folder);
      if (row?.status !== 'running') return row;
      if (Date.now() > patience) {
        patience = Infinity;
        void reporting(offerToKill)(name, folder);
      }
      await sleep(LOOK_MILLISECONDS);
    }
    return undefined;
  });
}

async function offerToKill(name: string, folder: string): Promise<void> {
  const now = 'Stop at Once';
  const message = `${name} is still at work on its step. What came after its last checkpoint is lost if it is stopped at once.`;
  // The backend takes a second request as one to end at once.
  if ((await vscode.window.showWarningMessage(message, now)) === now) await signalRun(folder);
}
