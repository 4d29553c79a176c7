import * as vscode from 'vscode';
import { findSetting } from './find-setting.ts';

/** Goes to the line that sets a setting of a run, such as `training.epochs`, beside what is shown. */
export async function showSetting(folder: string, path: string): Promise<void> {
  const { file, line, column } = await findSetting(folder, path);
  const position = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(position, position),
  });
}
