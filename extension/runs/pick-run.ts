import * as vscode from 'vscode';
import { type RunRow, STATUS_WORDS } from '../../src/contracts/runs-table.ts';
import { NEWEST_FIRST, sortRows } from '../../src/runs/arrange-rows.ts';
import { fullTitleOf } from '../../src/runs/run-row.ts';
import { descriptionOf } from './describe.ts';
import type { Runs } from './runs.ts';

/** What a command may be called with: a node of the tree, the folder of a run, or nothing. */
export type RunArgument = { readonly folder?: string } | string | undefined;

export interface PickOptions {
  readonly title: string;
  /** Which runs can be picked. */
  suits?(row: RunRow): boolean;
  /** Why one that was named does not suit; default: what it is doing. */
  unsuited?(row: RunRow): string | undefined;
  /** What is said where none suits. */
  readonly none: string;
  /** Asks too where there is only one, as for what cannot be taken back with a key. */
  readonly alwaysAsk?: boolean;
}

/**
 * The run that a command is called for; it asks where the call does not say.
 * @returns undefined where there is none, or the one that was named does not suit: the user has been told
 */
export async function runFor(
  runs: Runs,
  argument: RunArgument,
  options: PickOptions,
): Promise<RunRow | undefined> {
  const folder = folderOf(argument);
  if (folder === undefined) return pickRun(runs, options);
  const row = await runs.read(folder);
  if (row && (options.suits?.(row) ?? true)) return row;
  const what = row
    ? `${row.name} ${options.unsuited?.(row) ?? `is ${STATUS_WORDS[row.status]}`}`
    : `There is no run in ${folder}`;
  void vscode.window.showInformationMessage(`${options.title}: ${what}.`);
  return undefined;
}

/** Asks for a run, the newest first; where there is one to choose from, it is that. */
export async function pickRun(
  runs: Runs,
  { title, none, suits = () => true, alwaysAsk = false }: PickOptions,
): Promise<RunRow | undefined> {
  await runs.start();
  const rows = sortRows(runs.all().filter(suits), NEWEST_FIRST);
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  if (rows.length === 1 && !alwaysAsk) return rows[0];
  const items = rows.map(row => ({
    label: fullTitleOf(row),
    description: `${STATUS_WORDS[row.status]}, ${new Date(row.startedAt).toLocaleString()}`,
    detail: descriptionOf(row, runs.progressOf(row.folder)),
    row,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.row;
}

export function folderOf(argument: RunArgument): string | undefined {
  return typeof argument === 'string' ? argument : argument?.folder;
}
