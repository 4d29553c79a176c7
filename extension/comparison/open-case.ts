import * as vscode from 'vscode';
import { findRun } from '../viewer/find-run.ts';

/** Shows what several runs predicted for a subject over its scan; the label maps alone where they lie in no run. */
export async function openCase(patient: string, segmentations: readonly string[]): Promise<void> {
  const runs = await Promise.all(segmentations.map(findRun));
  const folders = runs.filter(run => run !== undefined);
  if (folders.length === segmentations.length) {
    const selected = folders.map(folder => ({ folder }));
    await vscode.commands.executeCommand('innereye.runs.openPredictions', selected[0], selected, patient);
    return;
  }
  const files = segmentations.map(file => vscode.Uri.file(file));
  await vscode.commands.executeCommand('innereye.openVolume', files[0], files);
}
