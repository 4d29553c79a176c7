import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually, fileUri, open } from '../editor.ts';

// Menus and the palette do not offer these commands here; what calls them by name must not get further.
describe('in a folder that is not trusted', () => {
  let outputs: string;
  let run: string;

  before(async () => {
    outputs = fileUri('outputs').fsPath;
    run = join(outputs, '2026-01-01T000000Z_small');
    mkdirSync(join(outputs, '.trash', 'deleted'), { recursive: true });
    mkdirSync(run);
    const manifest = JSON.stringify({
      id: 'small',
      name: 'small',
      task: 'segmentation',
      status: 'completed',
      startedAt: '2026-01-01T00:00:00Z',
      process: { pid: process.pid, host: 'elsewhere.invalid' },
      seed: 7,
      configuration: { file: fileUri('base.innereye.yaml').fsPath, hash: '', overrides: [] },
      innereye: '0.1.0',
      node: 'v20',
      tags: { site: 'B' },
    });
    writeFileSync(join(run, 'run.json'), manifest);
    await open('base.innereye.yaml');
    await vscode.extensions.getExtension('innereye.innereye')!.activate();
  });

  it('the window knows so', () => strictEqual(vscode.workspace.isTrusted, false));

  for (const [name, argument] of [
    ['delete', () => run],
    ['tag', () => run],
    ['note', () => run],
    ['restore', () => undefined],
    ['compare', () => run],
    ['resume', () => run],
    ['reproduce', () => run],
  ] as const) {
    it(`the command ${name} changes nothing`, async () => {
      void vscode.commands.executeCommand(`innereye.runs.${name}`, argument());
      // As a user would, where a box or list came up: accept what it proposes.
      for (let times = 0; times < 4; times++) {
        await new Promise(resolve => setTimeout(resolve, 400));
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      }
      deepStrictEqual(readdirSync(outputs).sort(), ['.trash', '2026-01-01T000000Z_small']);
      ok(existsSync(join(outputs, '.trash', 'deleted')));
      deepStrictEqual(readdirSync(run), ['run.json']);
    });
  }

  it('what is only looked at is shown', async () => {
    await vscode.commands.executeCommand('innereye.openRun', run);
    await eventually('its panel', () =>
      vscode.window.tabGroups.all.some(group => group.tabs.some(({ label }) => label === 'small')),
    );
  });
});
