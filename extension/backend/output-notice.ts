import { relative } from 'node:path';
import * as vscode from 'vscode';
import { baseFolder, outputFolder } from './backend.ts';

const TOLD = 'innereye.outputFolderTold';

/**
 * Says once in each workspace where runs are kept, and offers to keep the next ones elsewhere. It does not hold the
 * training up; a folder that the settings name needs no word.
 */
export async function tellOutputFolder(configuration: vscode.Uri, memory: vscode.Memento): Promise<void> {
  const settings = vscode.workspace.getConfiguration('innereye', configuration);
  const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect('outputFolder') ?? {};
  if (globalValue ?? workspaceValue ?? workspaceFolderValue ?? memory.get(TOLD)) return;
  await memory.update(TOLD, true);
  const folder = vscode.workspace.asRelativePath(outputFolder(configuration));
  const change = 'Keep the Next Ones Elsewhere…';
  const message = `Runs are kept in the folder ${folder}.`;
  if ((await vscode.window.showInformationMessage(message, change)) !== change) return;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Folder for runs',
      defaultUri: vscode.Uri.file(baseFolder(configuration)),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (!chosen) return;
  const path = relative(baseFolder(configuration), chosen.fsPath);
  await settings.update('outputFolder', path.startsWith('..') ? chosen.fsPath : path);
}
