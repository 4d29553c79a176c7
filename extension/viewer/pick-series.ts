import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { seriesIn } from './dicom-series.ts';

/**
 * The DICOM series of a folder: the only one, or the one that the user chooses.
 * @returns undefined where the user cancels
 * @throws Fault where the folder holds none
 */
export async function pickSeries(folder: string): Promise<{ uid: string; name: string } | undefined> {
  const location = vscode.ProgressLocation.Window;
  const title = `Looking for DICOM series in ${basename(folder)}`;
  const found = await vscode.window.withProgress({ location, title }, () => seriesIn(folder));
  if (found.length === 0) {
    throw new Fault(`there is no DICOM series in ${basename(folder)}`, {
      place: { file: folder },
      remedy:
        'Open the folder that holds the images themselves; volumes of other formats are opened one by one.',
    });
  }
  const items = found.map(({ uid, name, modality, images }) => ({
    label: name,
    description: [modality, images === 1 ? '1 image' : `${images} images`].filter(Boolean).join(', '),
    uid,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: 'Open in Viewer', placeHolder: 'DICOM series' });
  return chosen && { uid: chosen.uid, name: chosen.label };
}
