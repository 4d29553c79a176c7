// What the suites do as a user would: open a file of the workspace, find a place in it, wait for an answer.
import * as vscode from 'vscode';

/** A file of the opened folder. */
export function fileUri(name: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);
}

/** Opens a file of the folder in an editor. */
export async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(fileUri(name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** The place of `text` in a document, `offset` characters into it. */
export function placeOf(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const index = document.getText().indexOf(text);
  if (index < 0) throw new Error(`${document.uri.path} does not contain ${text}`);
  return document.positionAt(index + offset);
}

/**
 * Asks until there is an answer.
 * @throws after `limit` milliseconds, naming what was waited for
 */
export async function eventually<T>(
  what: string,
  ask: () => Thenable<T | undefined | false> | T | undefined | false,
  limit = 60_000,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${limit / 1000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Replaces `from` by `to` in an open document, without saving it. */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(placeOf(document, from), placeOf(document, from, from.length)),
    to,
  );
  await vscode.workspace.applyEdit(edit);
}

/** Closes all editors, dropping what was not saved. */
export async function closeAll(): Promise<void> {
  while (vscode.window.activeTextEditor?.document.isDirty)
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
