import { deepStrictEqual, strictEqual } from 'node:assert';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fileUri } from '../editor.ts';

/** Asked for anything, this would be an error that a test can see. */
const NOWHERE = 'https://127.0.0.1:9';

describe('AzureML in a folder that is not trusted', () => {
  let run: string;
  let manifest: string;

  before(async () => {
    run = join(fileUri('jobs').fsPath, 'job-1');
    mkdirSync(run, { recursive: true });
    manifest = JSON.stringify({
      id: 'job-1',
      name: 'job',
      task: 'segmentation',
      status: 'running',
      startedAt: '2026-01-01T00:00:00Z',
      azure: {
        endpoint: NOWHERE,
        subscription: 's',
        resourceGroup: 'g',
        workspace: 'w',
        job: 'job-1',
        kind: 'command',
        status: 'Running',
      },
      process: { pid: 1, host: 'azureml:' },
      seed: 7,
      configuration: { file: fileUri('base.innereye.yaml').fsPath, hash: '', overrides: [] },
      innereye: '0.1.0',
      node: '',
      tags: {},
    });
    writeFileSync(join(run, 'run.json'), manifest);
    await vscode.extensions.getExtension('innereye.innereye')!.activate();
    await vscode.commands.executeCommand('innereye.runs.refresh');
  });

  it('has no job followed', async () => {
    strictEqual(vscode.workspace.isTrusted, false);
    await new Promise(resolve => setTimeout(resolve, 2_000));
    deepStrictEqual(readdirSync(run), ['run.json']);
    strictEqual(readFileSync(join(run, 'run.json'), 'utf8'), manifest);
  });

  for (const name of ['trainOnAzure', 'azure.chooseWorkspace', 'azure.attach', 'azure.crossValidate']) {
    it(`${name} asks nothing and opens nothing`, async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      void vscode.commands.executeCommand(`innereye.${name}`, fileUri('base.innereye.yaml'));
      await new Promise(resolve => setTimeout(resolve, 500));
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label));
      deepStrictEqual(tabs, []);
    });
  }
});
