import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { LENS_COMMANDS } from '../../src/contracts/language.ts';
import { reporting } from '../show-fault.ts';
import { showReferences } from './show-references.ts';
import { VirtualDocuments } from './virtual-documents.ts';

/** Gives the client of the running server; starts it where it is not running. */
export type Server = () => Promise<LanguageClient>;

/**
 * Help with configurations: starts the language server when the first one is opened, shows the read-only documents, and
 * registers the commands that ask the server. All of it ends with the returned disposable.
 */
export function startLanguage(context: vscode.ExtensionContext): vscode.Disposable {
  let client: Promise<LanguageClient> | undefined;
  const documents = new VirtualDocuments(() => server());
  const server: Server = () => {
    client ??= start(context, documents).catch(error => {
      // The next one who asks tries again.
      client = undefined;
      throw error;
    });
    return client;
  };
  const startFor = ({ languageId }: vscode.TextDocument) => {
    if (languageId === 'innereye') void reporting(server)();
  };
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(name, reporting(run));
  const parts = [
    documents,
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => (await client)?.restart()),
    command(LENS_COMMANDS.showReferences, showReferences),
    command('innereye.showResolved', async (argument?: vscode.Uri | string) =>
      (await import('./show-resolved.ts')).showResolved(argument),
    ),
    command('innereye.compareConfigurations', async (argument?: vscode.Uri, selected?: vscode.Uri[]) =>
      (await import('./compare-configurations.ts')).compareConfigurations(server, argument, selected),
    ),
  ];
  vscode.workspace.textDocuments.forEach(startFor);
  return new vscode.Disposable(() => {
    for (const part of parts) part.dispose();
    void client?.then(running => running.dispose()).catch(() => {});
  });
}

/** @throws where the server cannot be started. */
async function start(context: vscode.ExtensionContext, documents: VirtualDocuments): Promise<LanguageClient> {
  const { makeClient } = await import('./client.ts');
  const client = makeClient(context);
  documents.follow(client);
  await client.start();
  return client;
}
