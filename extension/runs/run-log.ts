import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { JOB_LOG, RUN_FILES } from '../../src/runs/run-folder.ts';
import type { Backend } from '../backend/backend.ts';
import { logFileOf } from '../backend/log-files.ts';

/**
 * Shows what a run's backend printed; what it reported, where it was started from a terminal.
 * @throws Fault where it has said nothing yet
 */
export async function showLog(backend: Backend, { folder, name }: RunRow): Promise<void> {
  const own = [logFileOf(backend.storage, folder), join(folder, JOB_LOG)];
  const files = [...own, join(folder, RUN_FILES.events)];
  const file = files.find(existsSync);
  if (file === undefined) {
    throw new Fault(`${name} has said nothing yet`, { remedy: 'Wait until its training has started.' });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
