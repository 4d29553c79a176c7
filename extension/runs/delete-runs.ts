import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { openWithChildren } from '../../src/runs/child-runs.ts';
import { liesIn } from '../../src/runs/nest-runs.ts';
import { requireTrust } from '../trust.ts';
import type { Runs } from './runs.ts';
import { moveToTrash, restoreFromTrash, trashedRuns } from './trash.ts';

/** Moves runs to the trash of their output folder, and offers to undo it. */
export async function deleteRuns(runs: Runs, rows: readonly RunRow[]): Promise<void> {
  requireTrust();
  const running = [
    ...rows,
    ...runs.all().filter(run => rows.some(row => liesIn(run.folder, row.folder))),
  ].find(({ status }) => status === 'running');
  if (running) throw new Fault(`${running.name} is still at work`, { remedy: 'Stop it first.' });
  const trashed: string[] = [];
  for (const { folder } of rows) {
    trashed.push(await moveToTrash(folder));
    runs.forget(folder);
  }
  const what = rows.length === 1 ? `${rows[0]!.name} is` : `${rows.length} runs are`;
  const undo = 'Undo';
  if ((await vscode.window.showInformationMessage(`${what} in the trash.`, undo)) !== undo) return;
  await restored(runs, trashed);
}

/** Moves runs back from the trash; those that they are made of come with them. */
async function restored(runs: Runs, trashed: readonly string[]): Promise<void> {
  for (const folder of trashed)
    for (const run of await openWithChildren(await restoreFromTrash(folder))) await runs.read(run.folder);
}

const FOR_GOOD: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: 'Delete for Good',
};

/**
 * Offers the deleted runs to be restored, or to be deleted for good.
 * @param outputs the output folders
 */
export async function restoreRun(runs: Runs, outputs: readonly string[]): Promise<void> {
  requireTrust();
  const trashed = (await Promise.all(outputs.map(trashedRuns))).flat();
  if (trashed.length === 0) {
    void vscode.window.showInformationMessage('There are no deleted runs.');
    return;
  }
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { folder: string }>();
  picker.title = 'Restore Deleted Run';
  picker.items = trashed.map(folder => ({
    label: basename(folder),
    description: dirname(dirname(folder)),
    folder,
    buttons: [FOR_GOOD],
  }));
  const chosen = await new Promise<string | undefined>(resolve => {
    picker.onDidAccept(() => resolve(picker.selectedItems[0]?.folder));
    picker.onDidTriggerItemButton(async ({ item }) => {
      if (await deletedForGood(item.folder))
        picker.items = picker.items.filter(({ folder }) => folder !== item.folder);
    });
    picker.onDidHide(() => resolve(undefined));
    picker.ignoreFocusOut = true;
    picker.show();
  });
  picker.dispose();
  if (chosen !== undefined) await restored(runs, [chosen]);
}

async function deletedForGood(folder: string): Promise<boolean> {
  const remove = 'Delete for Good';
  const options = { modal: true, detail: 'Its weights, predictions and metrics cannot be brought back.' };
  const question = `Delete ${basename(folder)} for good?`;
  if ((await vscode.window.showWarningMessage(question, options, remove)) !== remove) return false;
  await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true });
  return true;
}
