import { match, ok, strictEqual } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri } from './editor.ts';

describe('tasks', () => {
  it('train and validate each configuration', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'innereye' });
    const names = tasks.map(({ name }) => name);
    for (const name of ['train child.innereye.yaml', 'validate child.innereye.yaml'])
      ok(names.includes(name), `${names}`);
  });

  it('report what is wrong as a problem of its line', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'innereye' });
    const task = tasks.find(({ name }) => name === 'validate misspelt.innereye.yaml');
    ok(task);
    const ended = new Promise<number | undefined>(resolve => {
      const watched = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name !== task.name) return;
        watched.dispose();
        resolve(exitCode);
      });
    });
    // Closed, so that what the language server says of open files is not taken for the task's.
    await closeAll();
    await vscode.tasks.executeTask(task);
    ok((await ended) !== 0);
    const { message, range } = await eventually(
      'a problem',
      () => vscode.languages.getDiagnostics(fileUri('misspelt.innereye.yaml'))[0],
    );
    strictEqual(range.start.line, 2);
    match(message, /trainning/);
  });
});
