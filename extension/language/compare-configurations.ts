import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { COMPARE, type CompareParameters, type SettingDifference } from '../../src/contracts/language.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';
import { findConfigurations } from '../backend/find-configurations.ts';
import { configurationFor } from '../backend/pick-configuration.ts';
import type { Server } from './language.ts';
import { meaningUri } from './schemes.ts';

/**
 * Compares two configurations by what they mean: two files selected in the Explorer, or the given one with another file
 * or with what a run was trained with. Text, order and comments do not count.
 */
export async function compareConfigurations(
  server: Server,
  argument: vscode.Uri | undefined,
  selected: readonly vscode.Uri[] = [],
): Promise<void> {
  const pair = selected.length === 2 ? selected : [await configurationFor(argument)];
  const [left] = pair;
  if (left === undefined) return;
  const right = pair[1] ?? (await askOther(left));
  if (right === undefined) return;
  const client = await server();
  const asked: CompareParameters = { left: left.toString(), right: right.toString() };
  const differences = await client.sendRequest<SettingDifference[] | null>(COMPARE, asked);
  const names = `${nameOf(left)} ↔ ${nameOf(right)}`;
  if (differences === null) {
    throw new Fault(`${names} cannot be compared`, {
      remedy: 'The output of the InnerEye Language Server says why.',
    });
  }
  if (differences.length === 0) {
    void vscode.window.showInformationMessage(`${names}: both mean the same.`);
    return;
  }
  const shown = await Promise.all([left, right].map(document => prepared(meaningUri(document))));
  const count = differences.length === 1 ? '1 setting differs' : `${differences.length} settings differ`;
  await vscode.commands.executeCommand('vscode.diff', ...shown, `${names}: ${count}`);
}

/** Opens a document as a configuration, whatever its name ends in. */
async function prepared(uri: vscode.Uri): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, 'innereye');
  return uri;
}

interface Choice extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

async function askOther(first: vscode.Uri): Promise<vscode.Uri | undefined> {
  const [configurations, runs] = await Promise.all([
    findConfigurations(),
    findConfigurations(`**/${RUN_FILES.configuration}`),
  ]);
  const others = configurations.filter(uri => uri.toString() !== first.toString());
  const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items: Choice[] = [
    separator('Configurations'),
    ...others.map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri })).sort(byLabel),
    separator('Runs, the newest first'),
    ...runs
      .map(uri => ({
        label: nameOf(uri),
        description: vscode.workspace.asRelativePath(dirname(uri.fsPath)),
        uri,
      }))
      .sort((a, b) => byLabel(b, a)),
    separator('Elsewhere'),
    { label: '$(folder-opened) Choose a File…' },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Compare ${nameOf(first)} with`,
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.uri !== undefined) return chosen?.uri;
  const files = await vscode.window.showOpenDialog({
    title: `Compare ${nameOf(first)} with`,
    filters: { 'InnerEye Configuration': ['yaml', 'yml'] },
  });
  return files?.[0];
}

const byLabel = (a: Choice, b: Choice): number => a.label.localeCompare(b.label);

/** A file's name; for what a run was trained with, the run's. */
function nameOf({ fsPath }: vscode.Uri): string {
  return basename(fsPath) === RUN_FILES.configuration ? basename(dirname(fsPath)) : basename(fsPath);
}
