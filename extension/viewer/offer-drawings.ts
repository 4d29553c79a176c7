import { copyFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ViewerState } from '../../src/contracts/viewer.ts';
import { reporting } from '../show-fault.ts';
import type { Drawings, KeptDrawing } from './drawings.ts';

type Reopen = (state: ViewerState) => unknown;

/** Tells of drawings that were closed unsaved; they are kept, whatever is answered, unless they are discarded. */
export async function offerDrawings(
  drawings: Drawings,
  found: readonly KeptDrawing[],
  reopen: Reopen,
): Promise<void> {
  const [open, save, discard] = ['Open', 'Save As…', 'Discard'];
  for (const drawing of found) {
    const text = `The unsaved drawing “${drawing.name}” was kept.`;
    const chosen = await vscode.window.showWarningMessage(text, open, save, discard);
    await reporting(async () => {
      if (chosen === open) await reopen(drawing.state);
      if (chosen === save) await saveAs(drawings, drawing);
      if (chosen === discard) await drawings.forget(drawing.id);
    })();
  }
}

/** Those of an earlier window that no tab is going to show by itself. */
export async function offerLeftDrawings(
  drawings: Drawings,
  editor: string,
  panel: string,
  reopen: Reopen,
): Promise<void> {
  const left = await drawings.left();
  if (left.length === 0) return;
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs.map(({ input }) => input));
  const comesBack = ({ state: { source } }: KeptDrawing) =>
    tabs.some(input =>
      source.kind === 'file'
        ? input instanceof vscode.TabInputCustom &&
          input.viewType === editor &&
          input.uri.fsPath === source.file
        : input instanceof vscode.TabInputWebview && input.viewType.endsWith(panel),
    );
  await offerDrawings(
    drawings,
    left.filter(drawing => !comesBack(drawing)),
    reopen,
  );
}

async function saveAs(drawings: Drawings, { id, file }: KeptDrawing): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: 'Save the labels',
    defaultUri: vscode.Uri.file(file),
    filters: { 'NIfTI, compressed': ['nii.gz'] },
  });
  if (!target) return;
  await copyFile(drawings.voxels(id), target.fsPath);
  await drawings.forget(id);
}
