import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { NEWEST_FIRST, sortRows } from '../../src/runs/arrange-rows.ts';
import { descriptionOf } from './describe.ts';
import type { Runs } from './runs.ts';

/** What a command may be called with: a node of the tree, the folder of a run, or nothing. */
export type RunArgument = { readonly folder?: string } | string | undefined;

export interface PickOptions {
  readonly title: string;
  /** Which runs can be picked. */
  suits?(row: RunRow): boolean;
  /** What is said where none suits. */
  readonly none: string;
}

/** The run that a command is called for; it asks where the call does not say. Undefined where there is none. */
export async function runFor(
  runs: Runs,
  argument: RunArgument,
  options: PickOptions,
): Promise<RunRow | undefined> {
  const folder = folderOf(argument);
  if (folder !== undefined) return (await runs.read(folder)) ?? pickRun(runs, options);
  return pickRun(runs, options);
}

/** Asks for a run, the newest first; where there is one to choose from, it is that. */
export async function pickRun(
  runs: Runs,
  { title, none, suits = () => true }: PickOptions,
): Promise<RunRow | undefined> {
  await runs.start();
  const rows = sortRows(runs.all().filter(suits), NEWEST_FIRST);
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  if (rows.length === 1) return rows[0];
  const items = rows.map(row => ({
    label: row.name,
    description: `${row.status}, ${new Date(row.startedAt).toLocaleString()}`,
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
