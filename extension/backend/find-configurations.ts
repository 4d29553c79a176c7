import * as vscode from 'vscode';
import { withoutSnapshots } from './snapshots.ts';

/**
 * The configurations of the workspace that are the user's own: not those that packages bring along, nor those that runs
 * keep.
 */
export async function findConfigurations(pattern = '**/*.innereye.{yaml,yml}'): Promise<vscode.Uri[]> {
  const files = await vscode.workspace.findFiles(pattern, '**/node_modules/**');
  const own = new Set(withoutSnapshots(files.map(({ fsPath }) => fsPath)));
  return files.filter(({ fsPath }) => own.has(fsPath));
}
