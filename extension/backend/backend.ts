import { dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { requireTrust } from '../trust.ts';
import { findProgram, type Program } from './program.ts';
import { runProgram } from './run-program.ts';

export interface RunOptions {
  /** What it works for: its folder's settings say how it is run. */
  readonly scope?: vscode.Uri | undefined;
  readonly cwd?: string;
  readonly partly?: boolean;
  /** Title of a notification that shows the progress and can cancel it. */
  readonly title?: string;
  /** What a line of the output says of the progress; nothing where it says nothing. */
  progressOf?(line: string): { readonly message?: string; readonly increment?: number } | undefined;
}

/** The command line as the extension starts it: with the settings of the place that it works for. */
export class Backend {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Where the extension keeps what belongs to the workspace. */
  get storage(): string {
    return (this.context.storageUri ?? this.context.globalStorageUri).fsPath;
  }

  /** Files that the extension brings along. */
  resource(...path: string[]): string {
    return join(this.context.extensionPath, ...path);
  }

  /** @throws Fault where the Node of the settings does not exist, or the workspace is not trusted */
  program(scope?: vscode.Uri): Program {
    requireTrust();
    const settings = vscode.workspace.getConfiguration('innereye', scope ?? null);
    return findProgram(this.context.extensionPath, {
      nodePath: settings.get('nodePath', ''),
      tensorflowLibrary: settings.get('tensorflowLibrary', ''),
    });
  }

  /**
   * Runs a short command to its end and gives its output; with `partly` also that of one of which a part failed.
   * @throws Fault where it fails; CancellationError where the user cancels it
   */
  async run(
    args: readonly string[],
    { scope, cwd, partly, title, progressOf }: RunOptions = {},
  ): Promise<string> {
    const program = this.program(scope);
    if (title === undefined) return runProgram(program, args, { cwd, partly });
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const stop = new AbortController();
      const cancelled = token.onCancellationRequested(() => stop.abort(new vscode.CancellationError()));
      try {
        return await runProgram(program, args, {
          cwd,
          partly,
          signal: stop.signal,
          onLine: line => {
            const step = progressOf?.(line);
            if (step) progress.report(step);
          },
        });
      } finally {
        cancelled.dispose();
      }
    });
  }
}

/** The folder that new runs of a configuration go to. */
export function outputFolder(configuration: vscode.Uri): string {
  return resolve(baseFolder(configuration), outputSetting(configuration));
}

/** The folders that new runs go to in each folder of the workspace. */
export function outputFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return [...new Set(folders.map(({ uri }) => resolve(uri.fsPath, outputSetting(uri))))];
}

const outputSetting = (scope: vscode.Uri): string =>
  vscode.workspace.getConfiguration('innereye', scope).get('outputFolder', 'outputs');

/** The workspace folder of a configuration, else the folder that it lies in. */
export const baseFolder = (configuration: vscode.Uri): string =>
  vscode.workspace.getWorkspaceFolder(configuration)?.uri.fsPath ?? dirname(configuration.fsPath);
