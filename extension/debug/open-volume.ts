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

/** Shows a tensor or crop of a training that is stopped in the viewer, in its true spacing, labels laid over. */
export async function openDebuggedVolume(argument?: VariableArgument): Promise<void> {
  const session = debuggedTraining();
  const expression =
    argument?.variable?.evaluateName ??
    (await vscode.window.showInputBox({ title: 'Open in the viewer', value: 'output' }));
  if (!expression) return;
  const { images, labels } = await exported(session, expression);
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

/** Shows what the step at which a training is stopped was given, and beside it what it made of that. */
export async function openBeforeAndAfter(): Promise<void> {
  const session = debuggedTraining();
  const before = await exported(session, 'input');
  const after = await exported(session, 'output');
  // Each channel beside what became of it; of crops without an image, such as a mask alone, the labels.
  const kind = before.images.length > 0 && after.images.length > 0 ? 'images' : 'labels';
  const uris = before[kind]
    .flatMap((file, channel) => [file, after[kind][channel]])
    .filter(file => file !== undefined)
    .map(file => vscode.Uri.file(file));
  await vscode.commands.executeCommand('innereye.openVolume', uris[0], uris);
}

function debuggedTraining(): vscode.DebugSession {
  const session = vscode.debug.activeDebugSession;
  if (session?.type === DEBUG_TYPE) return session;
  throw new Fault('there is no training that is debugged', { remedy: 'Stop one at a breakpoint first.' });
}

const exported = async (session: vscode.DebugSession, expression: string): Promise<Exported> =>
  session.customRequest('innereye/exportVolume', { expression });
