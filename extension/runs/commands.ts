import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { type RunRow, STATUS_WORDS } from '../../src/contracts/runs-table.ts';
import { CHILD_FOLDERS } from '../../src/runs/nest-runs.ts';
import { type Backend, outputFolders } from '../backend/backend.ts';
import type { Comparisons } from '../comparison/register.ts';
import { reporting } from '../show-fault.ts';
import { requireTrust } from '../trust.ts';
import { askFilter, askSort } from './list-state.ts';
import { folderOf, type PickOptions, pickRun, type RunArgument, runFor } from './pick-run.ts';
import { isExplainable, isScalar } from './run-context.ts';
import type { Runs } from './runs.ts';
import type { OpenRun } from './start-commands.ts';
import type { RunsTablePanel } from './table.ts';
import type { RunsView } from './view.ts';

export interface RunCommandParts {
  readonly backend: Backend;
  readonly runs: Runs;
  readonly view: RunsView;
  readonly table: RunsTablePanel;
  readonly openRun: OpenRun;
  readonly comparisons: Comparisons;
}

/** What each command needs, loaded when it is called first. */
const parts = {
  annotate: () => import('./annotate.ts'),
  deletion: () => import('./delete-runs.ts'),
  explain: () => import('./explain.ts'),
  log: () => import('./run-log.ts'),
  report: () => import('./report-view.ts'),
  start: () => import('./start-commands.ts'),
  stop: () => import('./stop-run.ts'),
};

const RESUMABLE = ['interrupted', 'cancelled', 'failed'];
/** A job that has ended does not go on. */
const isResumable = ({ status, job }: RunRow): boolean => !job && RESUMABLE.includes(status);
/** Whether what a complete run has left is here. */
export const isHere = ({ status, job }: RunRow): boolean => status === 'completed' && (job?.brought ?? true);

/** Registers the commands of the Runs view. */
export function registerRunCommands(own: RunCommandParts): vscode.Disposable {
  const { backend, runs, view, table, openRun } = own;
  const { state } = view;
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(`innereye.runs.${name}`, reporting(run));
  /** A command for one run, which it asks for where it is called from the palette. */
  const forRun = (name: string, options: PickOptions, run: (row: RunRow) => unknown) =>
    command(name, async (argument: RunArgument) => {
      const row = await runFor(runs, argument, options);
      if (row) await run(row);
    });
  /** A command for the selected runs. */
  const forRuns = (name: string, options: PickOptions, run: (rows: readonly RunRow[]) => unknown) =>
    command(name, async (argument: RunArgument, selected?: readonly RunArgument[]) => {
      const chosen = (selected ?? []).map(folderOf).map(folder => runs.get(folder ?? ''));
      const rows = chosen.filter(row => row !== undefined);
      if (rows.length > 1) return run(rows);
      const row = await runFor(runs, argument, options);
      return row && run([row]);
    });

  /** A key of the view names no run: it means those that are selected there. */
  const remove = async (argument: RunArgument, given: readonly RunArgument[] = []) => {
    const selected = given.length > 0 ? given : argument === undefined ? view.selection() : [argument];
    if (selected.length === 0) {
      const picked = await pickRun(runs, { ...anyRun('Move to Trash'), alwaysAsk: true });
      if (picked) await (await parts.deletion()).deleteRuns(runs, [picked]);
      return;
    }
    const folders = selected.map(folderOf).filter(folder => folder !== undefined);
    const rows = folders.map(folder => runs.get(folder)).filter(row => row !== undefined);
    if (rows.length > 0) await (await parts.deletion()).deleteRuns(runs, rows);
  };

  const resume = async (row: RunRow) => (await parts.start()).resume(backend, runs, openRun, row);

  return vscode.Disposable.from(
    command('table', () => table.show()),
    command('refresh', () => runs.refresh()),
    command('filter', () => askFilter(state)),
    command('sort', () => askSort(state)),
    command('group', () => state.set({ grouped: true })),
    command('ungroup', () => state.set({ grouped: false })),
    forRun(
      'stop',
      { title: 'Stop', none: 'Nothing is running.', suits: ({ status }) => status === 'running' },
      async row => {
        requireTrust();
        if (row.job) {
          await vscode.commands.executeCommand('innereye.azure.cancel', row.folder);
          return;
        }
        const { stopRun } = await parts.stop();
        const stopped = await stopRun(runs, row);
        if (stopped) await tellStopped(stopped, () => resume(stopped));
      },
    ),
    forRun(
      'resume',
      {
        title: 'Resume',
        none: 'There is no run to go on with.',
        suits: isResumable,
      },
      resume,
    ),
    forRun(
      'reproduce',
      {
        title: 'Reproduce',
        none: 'There is no complete run.',
        suits: isHere,
      },
      async row => (await parts.start()).reproduce(backend, runs, openRun, row),
    ),
    forRuns('compare', anyRun('Compare'), rows => compare(runs, own.comparisons, rows)),
    forRuns('tag', anyRun('Edit Tags'), async rows => (await parts.annotate()).editTags(runs, rows)),
    forRun('note', anyRun('Edit Note'), async row => (await parts.annotate()).editNote(runs, row)),
    forRun('openFolder', anyRun('Reveal in Explorer'), ({ folder }) => revealFolder(folder)),
    forRun('openReport', anyRun('Open Report'), async row => (await parts.report()).showReport(row)),
    command('explain', async (argument: RunArgument, _selected?: unknown, subject?: string) => {
      requireTrust();
      const row = await runFor(runs, argument, EXPLAINABLE);
      if (row) await (await parts.explain()).explainRun(backend, row, subject);
    }),
    tellExplainable(runs),
    forRun('showLog', anyRun('Show Log'), async row => (await parts.log()).showLog(backend, row)),
    command('delete', remove),
    command('restore', async () => (await parts.deletion()).restoreRun(runs, outputsOf(runs))),
  );
}

const EXPLAINABLE: PickOptions = {
  title: 'Explain',
  none: 'There is no complete run of a classification, regression or sequence.',
  suits: isExplainable,
  unsuited: row => (isScalar(row) ? undefined : 'segments scans, which show themselves what it found'),
};

/** Lets the palette offer to explain a run where there is one that can be. */
function tellExplainable(runs: Runs): vscode.Disposable {
  let told = false;
  const tell = () => {
    const found = runs.all().some(isExplainable);
    if (found !== told) void vscode.commands.executeCommand('setContext', 'innereye.runs.explainable', found);
    told = found;
  };
  tell();
  return runs.onDidChange(tell);
}

const anyRun = (title: string): PickOptions => ({ title, none: 'There are no runs in this workspace yet.' });

async function compare(runs: Runs, comparisons: Comparisons, rows: readonly RunRow[]): Promise<void> {
  requireTrust();
  const [first, ...others] = rows;
  const suits = ({ folder }: RunRow) => folder !== first!.folder;
  const chosen =
    others.length > 0
      ? others
      : [
          await pickRun(runs, {
            title: `Compare ${first!.name} with`,
            none: 'There is no other run.',
            suits,
          }),
        ].filter(row => row !== undefined);
  if (chosen.length > 0) await comparisons.show([first!, ...chosen].map(({ folder }) => folder));
}

async function tellStopped({ name, status }: RunRow, goOn: () => unknown): Promise<void> {
  const again = 'Resume';
  const how = status === 'cancelled' ? 'stopped after a checkpoint' : STATUS_WORDS[status];
  if ((await vscode.window.showInformationMessage(`${name} is ${how}.`, again)) === again)
    await reporting(goOn)();
}

/** In the Explorer where it shows the folder, else in the system's file manager. */
async function revealFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const inside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(inside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

/** The folders that hold runs, and those that new ones go to, which may hold only deleted ones. */
const outputsOf = (runs: Runs): string[] => [
  ...new Set([
    ...runs
      .all()
      .flatMap(({ folder, kind }) => [
        dirname(folder),
        ...(kind ? CHILD_FOLDERS.map(name => join(folder, name)) : []),
      ]),
    ...outputFolders(),
  ]),
];
