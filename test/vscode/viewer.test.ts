import { ok, strictEqual } from 'node:assert';
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
});
