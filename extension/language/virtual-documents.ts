import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  PRESET_SCHEME,
  RESOLVED_SCHEME,
  VIRTUAL_TEXT,
  VIRTUAL_TEXT_CHANGED,
  type VirtualText,
} from '../../src/contracts/language.ts';

/** Read-only documents with a text that the language server makes: presets and resolved configurations. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly registrations: vscode.Disposable[];

  constructor(private readonly server: () => Promise<LanguageClient>) {
    this.registrations = [PRESET_SCHEME, RESOLVED_SCHEME].map(scheme =>
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    );
  }

  /** Shows documents anew when the server tells that their text has changed. */
  follow(client: LanguageClient): void {
    const told = client.onNotification(VIRTUAL_TEXT_CHANGED, (uris: readonly string[]) => {
      for (const uri of uris) this.changes.fire(vscode.Uri.parse(uri));
    });
    this.registrations.push(told);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const client = await this.server();
    const text = await client.sendRequest<VirtualText>(VIRTUAL_TEXT, { uri: uri.toString() });
    return text ?? `# There is no ${uri.path} any more.\n`;
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changes.dispose();
  }
}
