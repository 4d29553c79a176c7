import { ok, strictEqual } from 'node:assert';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri } from './editor.ts';

const command = (name: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`innereye.${name}`, ...args);

describe('a trained run', () => {
  let run = '';

  before(async function () {
    this.timeout(240_000);
    await vscode.extensions.getExtension('innereye.innereye')!.activate();
    const outputs = fileUri('outputs').fsPath;
    const others = existsSync(outputs) ? readdirSync(outputs) : [];
    void command('train', fileUri('learner.innereye.yaml'), { overrides: ['training.epochs=1'] });
    run = await eventually(
      'a completed run',
      () => {
        const made = existsSync(outputs) ? readdirSync(outputs).filter(name => !others.includes(name)) : [];
        const folder = made.map(name => join(outputs, name)).find(each => existsSync(join(each, 'run.json')));
        const status = folder && JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).status;
        return status === 'completed' && folder;
      },
      200_000,
    );
  });

  after(async () => {
    await command('stopServing');
    await closeAll();
  });

  it('is served on this machine, and lays its answer over the scan in front', async function () {
    this.timeout(180_000);
    await command('serveLocally', run);
    const scan = vscode.Uri.joinPath(fileUri('data'), '001', 'mr.nii.gz');
    await vscode.commands.executeCommand('vscode.openWith', scan, 'innereye.volume');
    await eventually('the scan in front', () => {
      const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
      return input instanceof vscode.TabInputCustom && input.uri.path === scan.path;
    });
    await command('sendScan');
    const folder = fileUri('predictions').fsPath;
    const [model] = readdirSync(folder).filter(name => name.startsWith('learner'));
    strictEqual(model, 'learner-1');
    ok(existsSync(join(folder, model, 'mr', 'segmentation.nii.gz')));
    const tab = await eventually('the overlay', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.input instanceof vscode.TabInputWebview && activeTab;
    });
    ok(tab.label.includes('mr.nii.gz'), tab.label);
  });

  it('answers for the folder of a DICOM series', async function () {
    this.timeout(180_000);
    const root = vscode.extensions.getExtension('innereye.innereye')!.extensionPath;
    const folder = fileUri('series').fsPath;
    mkdirSync(folder);
    for (const name of ['11.dcm', '12.dcm', '13.dcm'])
      copyFileSync(join(root, 'src/volume/fixtures/dicom/one', name), join(folder, name));
    await command('sendScan', vscode.Uri.file(folder));
    ok(existsSync(join(fileUri('predictions').fsPath, 'learner-1', 'series', 'segmentation.nii.gz')));
  });
});
