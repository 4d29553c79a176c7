import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { openBelow, openWithChildren } from '../../src/runs/child-runs.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';
import { outputFolders } from '../backend/backend.ts';
import { isTrashed } from './trash.ts';

/** What is found of runs as they come and go. */
export interface RunWatch {
  /** A manifest was made or changed. */
  changed(folder: string): void;
  /** Something was deleted: a run, or a folder that may have held some. */
  deleted(path: string): void;
}

/** The folders of all runs: those in the workspace, and those in output folders elsewhere. */
export async function findRuns(): Promise<string[]> {
  const manifests = await vscode.workspace.findFiles(`**/${RUN_FILES.manifest}`, '**/node_modules/**');
  const inside = manifests.map(({ fsPath }) => dirname(fsPath));
  const outside = (await Promise.all(outsideFolders().map(openBelow))).flat().map(({ folder }) => folder);
  return [...inside, ...outside].filter(folder => !isTrashed(folder));
}

/** Watches for changes of runs, where `findRuns` looks. */
export function watchRuns(watch: RunWatch): vscode.Disposable {
  const patterns: vscode.GlobPattern[] = [
    `**/${RUN_FILES.manifest}`,
    '**/notes.json',
    ...outsideFolders().map(
      folder => new vscode.RelativePattern(vscode.Uri.file(folder), '**/{run,notes}.json'),
    ),
  ];
  const changed = ({ fsPath }: vscode.Uri) => {
    if (!isTrashed(dirname(fsPath))) watch.changed(dirname(fsPath));
  };
  const watchers = patterns.map(pattern => {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    watcher.onDidCreate(changed);
    watcher.onDidChange(changed);
    watcher.onDidDelete(changed);
    return watcher;
  });
  // When a folder goes or comes, nothing is said of what is in it.
  const folders = vscode.workspace.createFileSystemWatcher('**', false, true, false);
  folders.onDidDelete(({ fsPath }) => watch.deleted(fsPath));
  folders.onDidCreate(async ({ fsPath }) => {
    if (isTrashed(fsPath) || !(await isFolder(fsPath))) return;
    const moved = [...(await openWithChildren(fsPath)), ...(await openBelow(fsPath))];
    for (const { folder } of moved) watch.changed(folder);
  });
  return vscode.Disposable.from(...watchers, folders);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );

/** Output folders that no workspace folder holds. */
const outsideFolders = (): string[] =>
  outputFolders().filter(folder => !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)));
