import { ok, strictEqual } from 'node:assert';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually } from './editor.ts';

/** The tab in front, once it shows `name`. */
const tabOf = (name: string): Promise<vscode.Tab> =>
  eventually(`a tab ${name}`, () => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab?.label === name && tab;
  });

/** A scan of the cohort. */
async function scan(): Promise<vscode.Uri> {
  const [uri] = await vscode.workspace.findFiles('data/**/*.nii.gz', undefined, 1);
  return uri!;
}

describe('scans', () => {
  afterEach(closeAll);

  it('open in the viewer', async () => {
    const uri = await scan();
    await vscode.commands.executeCommand('vscode.open', uri);
    const tab = await tabOf(uri.path.split('/').at(-1)!);
    ok(tab.input instanceof vscode.TabInputCustom);
    strictEqual(tab.input.viewType, 'innereye.volume');
  });

  it('open side by side under their names, not their number', async () => {
    const uris = await vscode.workspace.findFiles('data/**/*.nii.gz', undefined, 2);
    await vscode.commands.executeCommand('innereye.openVolume', uris[0], uris);
    const tab = await eventually('a tab of both', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.label.includes(' | ') && activeTab;
    });
    for (const { path } of uris) ok(tab.label.includes(path.split('/').at(-1)!), tab.label);
  });

  it('of a DICOM series open from their folder, under its description', async () => {
    const root = vscode.extensions.getExtension('innereye.innereye')!.extensionPath;
    const folder = mkdtempSync(join(tmpdir(), 'innereye-series-'));
    for (const [index, name] of ['11.dcm', '12.dcm', '13.dcm'].entries())
      copyFileSync(join(root, 'src/volume/fixtures/dicom/one', name), join(folder, `IM${index}`));
    await vscode.commands.executeCommand('innereye.openVolume', vscode.Uri.file(folder));
    const tab = await eventually('a tab of the series', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.input instanceof vscode.TabInputWebview && activeTab;
    });
    ok(/viewer/.test((tab.input as vscode.TabInputWebview).viewType));
    rmSync(folder, { recursive: true });
  });
});
