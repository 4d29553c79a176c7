import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { showFault } from '../show-fault.ts';
import { type Backend, baseFolder, outputFolder } from './backend.ts';
import { ensureEngine } from './engine.ts';
import { existingFolder } from './existing-folder.ts';
import { adoptLog, logFileOf, newLogFile } from './log-files.ts';
import { readMessages } from './messages.ts';
import { foldersIn, recogniseRun, takesUp } from './recognise-run.ts';
import { faultFrom } from './run-program.ts';
import { startDetached } from './start-detached.ts';
import { needsNoEngine, type TrainingOptions, trainingArguments } from './training-arguments.ts';

/** A backend that works on a run. */
export interface StartedRun {
  readonly folder: string;
  /** Exit code of the process, and what it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly log: string }>;
}

/**
 * Starts a training as a process of its own, and waits until it has its run folder.
 * @returns undefined where the user did not want the engine, or it failed before: the user has been told
 */
export async function startTraining(
  backend: Backend,
  configuration: vscode.Uri,
  options: TrainingOptions = {},
): Promise<StartedRun | undefined> {
  backend.program(configuration);
  await saveConfigurations();
  const text = await readFile(configuration.fsPath, 'utf8').catch(() => '');
  if (!needsNoEngine(text, options) && !(await ensureEngine(backend, configuration))) return undefined;
  const outputs = outputFolder(configuration);
  const args = trainingArguments(configuration.fsPath, outputs, options);
  return startRun(backend, args, { scope: configuration, outputs, resume: options.resume });
}

/** Starts a search as a process of its own, or goes on with one, and waits until it has its folder. */
export async function startSearch(
  backend: Backend,
  configuration: vscode.Uri,
  resume?: string,
): Promise<StartedRun | undefined> {
  backend.program(configuration);
  await saveConfigurations();
  const text = await readFile(configuration.fsPath, 'utf8').catch(() => '');
  if (!needsNoEngine(text, {}) && !(await ensureEngine(backend, configuration))) return undefined;
  const outputs = outputFolder(configuration);
  const args = ['search', configuration.fsPath, '--output', outputs];
  return startRun(backend, resume === undefined ? args : [...args, '--resume', resume], {
    scope: configuration,
    outputs,
    resume,
  });
}

/** Starts any command that makes a run, and waits until it has its folder. */
export async function startRun(
  backend: Backend,
  args: readonly string[],
  { scope, outputs, resume }: { scope: vscode.Uri; outputs: string; resume?: string | undefined },
): Promise<StartedRun | undefined> {
  const since = await foldersIn(outputs);
  const program = backend.program(scope);
  let log = resume === undefined ? newLogFile(backend.storage) : logFileOf(backend.storage, resume);
  const printed = (await readLog(log)).length;
  const cwd = existingFolder(baseFolder(scope));
  const { pid, ended } = await startDetached(program, args, { cwd, log });
  const location = vscode.ProgressLocation.Window;
  const folder = await vscode.window.withProgress({ location, title: 'Starting the training' }, async () => {
    if (resume === undefined) return recogniseRun(pid, outputs, { since, ended });
    return (await takesUp(pid, resume, ended)) ? resume : undefined;
  });
  if (folder === undefined) {
    showFailure(log, (await readLog(log)).slice(printed));
    return undefined;
  }
  if (resume === undefined) log = await adoptLog(log, backend.storage, folder);
  return { folder, ended: ended.then(code => ({ code, log })) };
}

/** Unsaved configurations would not be what is trained. */
export async function saveConfigurations(): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, languageId }) => isDirty && languageId === 'innereye',
  );
  await Promise.all(dirty.map(document => document.save()));
}

const readLog = (log: string): Promise<string> => readFile(log, 'utf8').catch(() => '');

function showFailure(log: string, output: string): void {
  const others = readMessages(output).filter(({ severity }) => severity === 'error').length - 1;
  const fault = faultFrom(output);
  if (others > 0) fault.message += ` (and ${others} more ${others === 1 ? 'error' : 'errors'})`;
  void showFault(fault, {
    title: 'Show Log',
    run: () => vscode.window.showTextDocument(vscode.Uri.file(log)),
  });
}
