import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { DEBUG_TYPE } from './debug-configuration.ts';

interface Change {
  readonly setting: string;
  readonly value: number;
  /** Where the setting is written; lines and columns count from 1. Absent for defaults. */
  readonly location?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
}

/** Writes settings that were changed while a training was stopped into the configurations that set them, undoably. */
export async function writeBack(): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    throw new Fault('there is no training that is debugged', {
      remedy: 'Change settings in the variables of a stopped training, then write them back.',
    });
  }
  const { changes }: { changes: readonly Change[] } = await session.customRequest('innereye/changes');
  const written = changes.filter(({ location }) => location && !/^(preset:|--set )/.test(location.file));
  if (written.length === 0) {
    const why =
      changes.length === 0 ? 'no setting has been changed' : 'the changed settings are defaults or presets’';
    throw new Fault(`${why}, so there is nothing to write back`, {
      remedy: changes.map(({ setting, value }) => `${setting}: ${value}`).join(', '),
    });
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { location, value } of written) {
    const { file, line, column, endLine, endColumn } = location!;
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    edit.replace(vscode.Uri.file(file), range, String(value));
  }
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(vscode.Uri.file(written[0]!.location!.file));
}
