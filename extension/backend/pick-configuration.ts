import * as vscode from 'vscode';
import { findConfigurations } from './find-configurations.ts';

/**
 * The configuration that a command is called for: the one it was given, the one in the active editor, the only one of
 * the workspace, or the one that the user chooses.
 */
export async function configurationFor(
  argument: vscode.Uri | string | undefined,
): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri) return argument;
  // A code lens of the language server gives the URI as text.
  if (typeof argument === 'string') return vscode.Uri.parse(argument, true);
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === 'innereye' && document.uri.scheme === 'file') return document.uri;
  const files = await findConfigurations();
  if (files.length === 1) return files[0];
  if (files.length === 0) {
    void vscode.window.showInformationMessage(
      'There is no configuration (*.innereye.yaml) in this workspace yet.',
    );
    return undefined;
  }
  const items = files
    .map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { title: 'Configuration' }))?.uri;
}
