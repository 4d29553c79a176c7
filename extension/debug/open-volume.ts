import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { DEBUG_TYPE } from './debug-configuration.ts';

/** What the variables' menu hands to a command. */
interface VariableArgument {
  readonly variable?: { readonly evaluateName?: string };
}

interface Exported {
  readonly images: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Shows a tensor or crop of a training that is stopped in the viewer, in its true spacing, labels laid over. `input` and
 * `output` of a step are shown side by side: before and after.
 */
export async function openDebuggedVolume(argument?: VariableArgument): Promise<void> {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) {
    throw new Fault('there is no training that is debugged', { remedy: 'Stop one at a breakpoint first.' });
  }
  const expression =
    argument?.variable?.evaluateName ??
    (await vscode.window.showInputBox({ title: 'Open in the viewer', value: 'output' }));
  if (!expression) return;
  const { images, labels }: Exported = await session.customRequest('innereye/exportVolume', { expression });
  const uris = [...images, ...labels].map(file => vscode.Uri.file(file));
  // A crop with its labels lies in one view; the channels of a feature map side by side.
  const over = labels.length > 0 || uris.length === 1;
  if (uris.length === 1) await vscode.commands.executeCommand('innereye.openVolume', uris[0]);
  else
    await vscode.commands.executeCommand(
      over ? 'innereye.overlayVolumes' : 'innereye.openVolume',
      uris[0],
      uris,
    );
}
