import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { z } from 'zod';
import { LENS_COMMANDS, PRESET_SCHEME, RESOLVED_SCHEME } from '../../src/contracts/language.ts';
import type { initializationOptions } from '../../src/contracts/language-parameters.ts';

/** Commands that start a program: nothing of a workspace that is not trusted is run. */
const STARTING: readonly string[] = [
  LENS_COMMANDS.train,
  LENS_COMMANDS.debug,
  LENS_COMMANDS.crossValidate,
  LENS_COMMANDS.search,
  LENS_COMMANDS.trainOnAzure,
];

/** A client of the language server, which runs as a process of its own in the Node of the extension host. */
export function makeClient(context: vscode.ExtensionContext): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  const run = { module, transport: TransportKind.ipc };
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6010'] } };
  return new LanguageClient(
    'innereye',
    'InnerEye Language Server',
    { run, debug },
    {
      documentSelector: [
        { scheme: 'file', language: 'innereye' },
        { scheme: PRESET_SCHEME },
        { scheme: RESOLVED_SCHEME },
      ],
      // A function: whether the workspace is trusted may have changed when the server is started again.
      initializationOptions: () => optionsFor(context),
    },
  );
}

/** Which commands lenses may offer: those that this version of the extension has, as far as they may run. */
function optionsFor({ extension }: vscode.ExtensionContext): z.input<typeof initializationOptions> {
  const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
  const trusted = vscode.workspace.isTrusted;
  const commands = contributes.commands
    .map(({ command }) => command)
    .filter(command => trusted || !STARTING.includes(command));
  return { commands: [...commands, LENS_COMMANDS.showReferences], trusted };
}
