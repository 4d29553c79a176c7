import * as vscode from 'vscode';
import { configurationFor } from '../backend/pick-configuration.ts';
import { resolvedUri } from './schemes.ts';

/** Shows a configuration with everything it inherits beside it, read-only; it follows changes of all its bases. */
export async function showResolved(argument: vscode.Uri | string | undefined): Promise<void> {
  const configuration = await configurationFor(argument);
  if (configuration === undefined) return;
  const document = await vscode.workspace.openTextDocument(resolvedUri(configuration));
  await vscode.languages.setTextDocumentLanguage(document, 'innereye');
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: true,
  });
}
