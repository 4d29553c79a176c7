import { dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';

const KINDS: Readonly<Record<string, string>> = { png: 'Picture', svg: 'Drawing', csv: 'Table' };

/** Asks where to save what the panel exports, beside the run at first. */
export async function saveExport(name: string, bytes: Uint8Array, folder: string | undefined): Promise<void> {
  const ending = extname(name).slice(1);
  const file = name.replace(/[^\w.-]+/g, '-');
  const target = await vscode.window.showSaveDialog({
    ...(folder !== undefined && { defaultUri: vscode.Uri.file(join(dirname(folder), file)) }),
    filters: { [KINDS[ending] ?? 'File']: [ending] },
  });
  if (target) await vscode.workspace.fs.writeFile(target, bytes);
}
