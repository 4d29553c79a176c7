import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { DEBUG_TYPE } from './debug-configuration.ts';
import type { Change } from './place-to-write.ts';

/** What was last written back in each session, by setting. */
const written = new WeakMap<vscode.DebugSession, Map<string, string>>();

/** Writes settings that were changed while a training was stopped into the configurations that set them, undoably. */
export async function writeBack(): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    throw new Fault('there is no training that is debugged', {
      remedy: 'Change settings in the variables of a stopped training, then write them back.',
    });
  }
  const { changes }: { changes: readonly Change[] } = await session.customRequest('innereye/changes');
  const known = changes.filter(({ location }) => location && !/^(preset:|--set )/.test(location.file));
  if (known.length === 0) {
    const why =
      changes.length === 0
        ? 'no setting has been changed'
        : 'the changed settings are defaults, or lie in presets or in the copies of a run';
    throw new Fault(`${why}, so there is nothing to write back`, { remedy: list(changes) });
  }
  const { placeToWrite } = await import('./place-to-write.ts');
  const before = written.get(session) ?? new Map<string, string>();
  const edit = new vscode.WorkspaceEdit();
  const lost: Change[] = [];
  for (const change of known) {
    const uri = vscode.Uri.file(change.location!.file);
    const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
    const place = document && placeToWrite(document.getText(), change, before.get(change.setting));
    if (place === undefined) lost.push(change);
    else {
      const range = new vscode.Range(document!.positionAt(place.start), document!.positionAt(place.end));
      edit.replace(uri, range, String(change.value));
    }
  }
  if (edit.size > 0) {
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new Fault('the editor did not take the changed settings', { remedy: list(known) });
    }
    for (const { setting, value } of known.filter(one => !lost.includes(one)))
      before.set(setting, String(value));
    written.set(session, before);
    await vscode.window.showTextDocument(edit.entries()[0]![0]);
  }
  if (lost.length > 0) {
    throw new Fault(
      'some settings have been changed in their files since the training began, and are left as they are',
      {
        remedy: list(lost),
      },
    );
  }
}

const list = (changes: readonly Change[]): string =>
  changes.map(({ setting, value }) => `${setting}: ${value}`).join(', ');
