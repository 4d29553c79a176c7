import { relative } from 'node:path';
import * as vscode from 'vscode';
import { type Backend, baseFolder, outputFolder } from '../backend/backend.ts';
import { findConfigurations } from '../backend/find-configurations.ts';
import { trainingArguments } from '../backend/training-arguments.ts';

interface Definition extends vscode.TaskDefinition {
  readonly task: 'train' | 'validate';
  /** Relative to the workspace folder. */
  readonly configuration: string;
  readonly arguments?: readonly string[];
}

const KINDS: readonly Definition['task'][] = ['train', 'validate'];
const MATCHERS = ['$innereye', '$innereye-file'];

/** Tasks that train or validate the configurations of the workspace in a terminal. */
export class Tasks implements vscode.TaskProvider {
  constructor(private readonly backend: Backend) {}

  register(): vscode.Disposable {
    return vscode.tasks.registerTaskProvider('innereye', this);
  }

  async provideTasks(): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    return (await findConfigurations()).flatMap(file =>
      KINDS.map(task => {
        const configuration = relative(baseFolder(file), file.fsPath);
        return this.taskFor({ type: 'innereye', task, configuration }, file);
      }),
    );
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = task.definition as Definition;
    const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    if (!folder || !definition.configuration || !KINDS.includes(definition.task)) return undefined;
    const file = vscode.Uri.joinPath(folder.uri, definition.configuration);
    return this.taskFor(definition, file, folder);
  }

  private taskFor(
    definition: Definition,
    file: vscode.Uri,
    scope = vscode.workspace.getWorkspaceFolder(file),
  ): vscode.Task {
    const { command, args, env } = this.backend.program(file);
    const own =
      definition.task === 'train'
        ? trainingArguments(file.fsPath, outputFolder(file))
        : ['validate', file.fsPath];
    const execution = new vscode.ProcessExecution(
      command,
      [...args, ...own, ...(definition.arguments ?? [])],
      { cwd: baseFolder(file), env: { ...env } },
    );
    const task = new vscode.Task(
      definition,
      scope ?? vscode.TaskScope.Workspace,
      `${definition.task} ${definition.configuration}`,
      'innereye',
      execution,
      MATCHERS,
    );
    task.group = definition.task === 'validate' ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
    return task;
  }
}
