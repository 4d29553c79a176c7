import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ComparedRuns, FromComparison, ToComparison } from '../../src/contracts/comparison.ts';
import type { Backend } from '../backend/backend.ts';
import { runPanelPage } from '../run-panel/page.ts';
import { showSetting } from '../run-panel/show-setting.ts';
import type { OpenRun } from '../runs/start-commands.ts';
import { reporting } from '../show-fault.ts';
import { openCase } from './open-case.ts';

/** What the panel needs of the rest of the extension. */
export interface ComparisonServices {
  readonly extension: vscode.Uri;
  readonly backend: Backend;
  readonly openRun: OpenRun;
}

/**
 * Shows in a panel in what runs differ from the first of them.
 * @param folders of the runs
 */
export function showComparison(
  panel: vscode.WebviewPanel,
  folders: readonly string[],
  services: ComparisonServices,
): void {
  const { webview } = panel;
  const files = vscode.Uri.joinPath(services.extension, 'dist', 'webviews');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [files] };
  webview.onDidReceiveMessage(
    reporting((message: FromComparison): unknown => receive(message, panel, folders, services)),
  );
  webview.html = runPanelPage(
    {
      script: file('comparison.js'),
      style: file('comparison.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    },
    'Comparison of runs',
  );
}

function receive(
  message: FromComparison,
  panel: vscode.WebviewPanel,
  folders: readonly string[],
  services: ComparisonServices,
): unknown {
  switch (message.type) {
    case 'ready':
      return compare(panel, folders, services);
    case 'openRun':
      return services.openRun(message.folder);
    case 'openCase':
      return openCase(message.patient, message.segmentations);
    case 'openSetting':
      return showSetting(message.folder, message.path);
  }
}

async function compare(
  { webview }: vscode.WebviewPanel,
  folders: readonly string[],
  { backend }: ComparisonServices,
): Promise<void> {
  const send = (message: ToComparison) => webview.postMessage(message);
  try {
    const scope = vscode.Uri.file(folders[0]!);
    const output = await backend.run(['runs', 'compare', ...folders, '--json'], { scope });
    await send({ type: 'compared', compared: JSON.parse(output) as ComparedRuns });
  } catch (error) {
    await send({ type: 'fault', message: error instanceof Error ? error.message : String(error) });
  }
}
