import { join } from 'node:path';
import * as vscode from 'vscode';
import { nest } from '../../src/runs/nest-runs.ts';
import { JOB_LOG } from '../../src/runs/run-folder.ts';
import type { Backend } from '../backend/backend.ts';
import { logFileOf } from '../backend/log-files.ts';
import { pickRun, type RunArgument, runFor } from '../runs/pick-run.ts';
import type { Runs } from '../runs/runs.ts';
import { registerSearchPanel } from '../search/register.ts';
import { reporting } from '../show-fault.ts';
import { type RunPanelServices, registerRunPanel } from './register.ts';

/** A click in the tree leaves the focus there, so that its keys go on working. */
interface HowToOpen {
  readonly preserveFocus?: boolean;
}

const NONE = 'There are no runs in this workspace yet.';

/** Registers the run panel, its command, and what it needs of the other parts. */
export function registerOpenRun(
  context: vscode.ExtensionContext,
  { backend, runs, openImage }: { backend: Backend; runs: Runs } & Pick<RunPanelServices, 'openImage'>,
): vscode.Disposable {
  const panels = registerRunPanel(context, {
    openImage,
    // What a job prints is mirrored into its run.
    logFile: folder => (runs.get(folder)?.job ? join(folder, JOB_LOG) : logFileOf(backend.storage, folder)),
    partsOf: folder => foldsOf(runs, folder),
    onDidChangeParts: runs.onDidChange,
    pickRun: async open => {
      const suits = ({ folder }: { folder: string }) => !open.includes(folder);
      const row = await pickRun(runs, { title: 'Lay over it', none: 'There is no other run.', suits });
      return row?.folder;
    },
  });
  const searches = registerSearchPanel(context.extensionUri, runs.onDidChange);
  const command = vscode.commands.registerCommand(
    'innereye.openRun',
    reporting(async (argument: RunArgument, how?: HowToOpen) => {
      const row = await runFor(runs, argument, { title: 'Open Run Panel', none: NONE });
      const open = row?.kind === 'search' ? searches.open : panels.open;
      if (row) await open(row.folder, how?.preserveFocus === true);
    }),
  );
  return vscode.Disposable.from(panels, searches, command);
}

/** The folds of a cross-validation, in their order. */
function foldsOf(runs: Runs, folder: string): string[] {
  if (runs.get(folder)?.kind !== 'cross-validation') return [];
  const folds = nest(runs.all())
    .childrenOf(folder)
    .filter(({ fold }) => fold !== undefined);
  return folds.toSorted((a, b) => a.fold! - b.fold!).map(row => row.folder);
}
