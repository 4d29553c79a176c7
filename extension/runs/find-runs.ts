import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { openBelow } from '../../src/runs/child-runs.ts';
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
  // When a folder goes, nothing is said of what was in it.
  const deletions = vscode.workspace.createFileSystemWatcher('**', true, true, false);
  deletions.onDidDelete(({ fsPath }) => watch.deleted(fsPath));
  return vscode.Disposable.from(...watchers, deletions);
}

/** Output folders that no workspace folder holds. */
const outsideFolders = (): string[] =>
  outputFolders().filter(folder => !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)));
