import type * as vscode from 'vscode';

/** Schemes of the read-only documents that the language server gives the text of. */
export const PRESET_SCHEME = 'innereye-preset';
export const RESOLVED_SCHEME = 'innereye-resolved';

/** The document that shows a configuration with everything it inherits. */
export function resolvedUri(file: vscode.Uri): vscode.Uri {
  return file.with({ scheme: RESOLVED_SCHEME });
}

/** The document that shows what a configuration means, without origins, to be compared. */
export function meaningUri(file: vscode.Uri): vscode.Uri {
  return file.with({ scheme: RESOLVED_SCHEME, query: 'meaning' });
}
