import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { SEARCH_FILE, searchStateSchema, WINNER_FILE } from '../../src/contracts/search.ts';
import type { FromSearchPanel, ToSearchPanel } from '../../src/contracts/search-panel.ts';
import { nameInFolder } from '../../src/runs/run-folder.ts';
import { runPanelPage } from '../run-panel/page.ts';
import { reporting } from '../show-fault.ts';

/** A running search changes often; it is read anew at most so often. */
const PAUSE_MILLISECONDS = 1_000;

/** Shows the trials of a search, and follows it while the panel is there. */
export function showSearch(
  panel: vscode.WebviewPanel,
  folder: string,
  extension: vscode.Uri,
  onDidChange: vscode.Event<unknown>,
): void {
  const { webview } = panel;
  const files = vscode.Uri.joinPath(extension, 'dist', 'webviews');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [files] };
  panel.title = nameInFolder(folder);
  let pending: NodeJS.Timeout | undefined;
  const send = async () => {
    pending = undefined;
    // A hidden page says that it is ready when it is shown again.
    if (panel.visible) await webview.postMessage(await readSearch(folder));
  };
  const changes = onDidChange(() => {
    pending ??= setTimeout(() => void send(), PAUSE_MILLISECONDS);
  });
  panel.onDidDispose(() => {
    changes.dispose();
    clearTimeout(pending);
  });
  webview.onDidReceiveMessage(
    reporting((message: FromSearchPanel): unknown => {
      switch (message.type) {
        case 'ready':
          return send();
        case 'openTrial':
          return vscode.commands.executeCommand('innereye.openRun', join(folder, message.run));
        case 'openWinner':
          return vscode.window.showTextDocument(vscode.Uri.file(join(folder, WINNER_FILE)));
      }
    }),
  );
  webview.html = runPanelPage(
    {
      script: file('search.js'),
      style: file('search.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    },
    'InnerEye search',
  );
}

async function readSearch(folder: string): Promise<ToSearchPanel> {
  try {
    const state = searchStateSchema.parse(JSON.parse(await readFile(join(folder, SEARCH_FILE), 'utf8')));
    const hasWinner = existsSync(join(folder, WINNER_FILE));
    return { type: 'search', folder, name: nameInFolder(folder).replace(/_search$/, ''), state, hasWinner };
  } catch (error) {
    return { type: 'fault', message: `The search cannot be read: ${(error as Error).message}` };
  }
}
