import * as vscode from 'vscode';
import type { AzureBackend } from './azure-backend.ts';

/** Signs in, as far as the editor does that, and says who sees what. */
export async function signInToAzure(azure: AzureBackend): Promise<void> {
  const tenants = await azure.ask<{ readonly name: string }[]>(['tenants'], { title: 'Signing in to Azure' });
  const seen = tenants.map(({ name }) => name).join(', ') || 'no tenant';
  void vscode.window.showInformationMessage(`Signed in to Azure: the account sees ${seen}.`);
}
