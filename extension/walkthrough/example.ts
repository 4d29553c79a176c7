import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { makeFolder } from '../../src/foundation/folder.ts';
import type { Backend } from '../backend/backend.ts';

const CONFIGURATION = 'abdomen.innereye.yaml';
const FOLDER = 'innereye-example';
/** Where the folder is remembered that shall show the walkthrough when its window has opened. */
const CONTINUED = 'innereye.walkthrough.folder';

/**
 * Makes a folder with a synthetic cohort and a configuration for it: inside of the folder that is open, else where the
 * user says, and then opens it in this window.
 */
export async function makeExample(backend: Backend, memory: vscode.Memento): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.[0];
  const parent = open?.uri.fsPath ?? (await askFolder());
  if (parent === undefined) return;
  const folder = join(parent, FOLDER);
  const configuration = join(folder, CONFIGURATION);
  if (!existsSync(configuration)) {
    await makeFolder(folder);
    const args = ['cohort', join(folder, 'data'), '--subjects', '20'];
    await backend.run(args, { title: 'Making 20 synthetic scans' });
    await copyFile(backend.resource('extension', 'walkthrough', CONFIGURATION), configuration);
  }
  if (open) {
    await vscode.commands.executeCommand('setContext', 'innereye.exampleOpen', true);
    await vscode.window.showTextDocument(vscode.Uri.file(configuration), { preview: false });
    return;
  }
  await memory.update(CONTINUED, folder);
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), {
    forceReuseWindow: true,
  });
}

async function askFolder(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: `Where shall the folder ${FOLDER} be made?`,
    openLabel: 'Make It Here',
    defaultUri: vscode.Uri.file(homedir()),
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return chosen?.[0]?.fsPath;
}

/** In the window of the example, which has opened anew: marks what is done, and shows the walkthrough's next step. */
export async function continueWalkthrough(
  memory: vscode.Memento,
  hasEngine: () => Promise<boolean>,
): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (open === undefined || !existsSync(join(open, CONFIGURATION))) return;
  await vscode.commands.executeCommand('setContext', 'innereye.exampleOpen', true);
  if (memory.get<string>(CONTINUED) !== open) return;
  await memory.update(CONTINUED, undefined);
  const installed = await hasEngine();
  await vscode.commands.executeCommand('setContext', 'innereye.engineInstalled', installed);
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    { category: 'innereye.innereye#innereye.start', step: installed ? 'train' : 'engine' },
    false,
  );
}
