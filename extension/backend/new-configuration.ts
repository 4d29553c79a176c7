import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Backend } from './backend.ts';

/** Writes a configuration that fits a data set and this machine, and opens it. */
export async function newConfiguration(backend: Backend, argument: vscode.Uri | undefined): Promise<void> {
  const dataset = argument?.fsPath ?? (await askDataset());
  if (dataset === undefined) return;
  // Of a data set's own file, the folder is meant; any other csv file is a data set itself.
  const source = /^dataset\.(csv|json)$/.test(basename(dataset)) ? dirname(dataset) : dataset;
  const file = await vscode.window.showSaveDialog({
    title: 'Save the new configuration as',
    defaultUri: vscode.Uri.file(freeName(dirname(source), basename(source).replace(/\.csv$/, ''))),
    filters: { 'InnerEye Configuration': ['innereye.yaml', 'innereye.yml'] },
  });
  if (!file) return;
  const args = ['plan', source, '--output', file.fsPath, '--force'];
  await backend.run(args, {
    scope: vscode.Uri.file(source),
    title: `Looking at the scans of ${basename(source)}`,
  });
  await vscode.window.showTextDocument(file);
}

async function askDataset(): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Folder of the data set',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return chosen?.fsPath;
}

function freeName(folder: string, name: string): string {
  for (let count = 1; ; count++) {
    const file = join(folder, `${name}${count === 1 ? '' : `-${count}`}.innereye.yaml`);
    if (!existsSync(file)) return file;
  }
}
