import { basename, dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { FromViewer } from '../../src/contracts/viewer.ts';

/**
 * Writes edited labels or a picture where the user says; the dialog asks before a file is replaced.
 * @param beside a file of the scene, in whose folder the dialog begins
 * @returns whether it was written
 */
export async function saveVolume(
  { kind, name, bytes }: Extract<FromViewer, { type: 'save' }>,
  beside: string | undefined,
): Promise<boolean> {
  const folder = isAbsolute(name) ? dirname(name) : beside && dirname(beside);
  const plain = basename(name).replace(/[:*?"<>|]/g, '');
  const target = await vscode.window.showSaveDialog({
    title: kind === 'labels' ? 'Save the labels' : 'Save the picture',
    filters: kind === 'labels' ? { 'NIfTI, compressed': ['nii.gz'] } : { PNG: ['png'] },
    ...(folder && { defaultUri: vscode.Uri.file(join(folder, plain)) }),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, bytes);
  return true;
}
