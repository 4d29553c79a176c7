import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { openRun } from '../../src/runs/run-folder.ts';
import type { Runs } from './runs.ts';

/** After so long a checkpoint should be written; then the user may want to wait no longer. */
const PATIENCE_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 300;

/**
 * Asks a run to write a checkpoint and end, and waits until it has.
 * @returns how it ended; undefined where the user does not wait for it
 */
export async function stopRun(runs: Runs, { folder, name }: RunRow): Promise<RunRow | undefined> {
  const { pid, host } = (await openRun(folder)).manifest.process;
  if (host !== hostname()) {
    throw new Fault(`the run is at work on another machine, ${host}`, { remedy: 'Stop it there.' });
  }
  const location = vscode.ProgressLocation.Notification;
  const title = `Stopping ${name} after a checkpoint`;
  signal(pid);
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    let patience = Date.now() + PATIENCE_MILLISECONDS;
    while (!token.isCancellationRequested) {
      const row = await runs.read(folder);
      if (row?.status !== 'running') return row;
      if (Date.now() > patience) {
        patience = Infinity;
        void offerToKill(name, pid);
      }
      await sleep(LOOK_MILLISECONDS);
    }
    return undefined;
  });
}

async function offerToKill(name: string, pid: number): Promise<void> {
  const now = 'Stop at Once';
  const message = `${name} is still at work on its step. What came after its last checkpoint is lost if it is stopped at once.`;
  // The backend takes a second request as one to end at once.
  if ((await vscode.window.showWarningMessage(message, now)) === now) signal(pid);
}

/** A process that is gone needs no signal. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM')
      throw new Fault('the run belongs to another user of this machine', {
        remedy: 'Ask them to stop it.',
      });
  }
}
