import type * as vscode from 'vscode';
import { RESOLVED_SCHEME } from '../../src/contracts/language.ts';

/** The document that shows a configuration with everything it inherits. */
export function resolvedUri(file: vscode.Uri): vscode.Uri {
  return file.with({ scheme: RESOLVED_SCHEME });
}

/** The document that shows what a configuration means, without origins, to be compared. */
export function meaningUri(file: vscode.Uri): vscode.Uri {
  return file.with({ scheme: RESOLVED_SCHEME, query: 'meaning' });
}
