import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FromRunsTable, ToRunsTable } from '../../src/contracts/runs-table.ts';
import { runPanelPage } from '../run-panel/page.ts';
import { reporting } from '../show-fault.ts';
import type { Runs } from './runs.ts';
import type { OpenRun } from './start-commands.ts';

/** While a run is at work it changes often; the table is drawn anew at most so often. */
const PAUSE_MILLISECONDS = 500;

/** The runs as a table in an editor; there is one, which is shown again when it is asked for. */
export class RunsTablePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private pending: NodeJS.Timeout | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly runs: Runs,
    private readonly open: OpenRun,
  ) {}

  async show(): Promise<void> {
    if (this.panel) return this.panel.reveal();
    const files = vscode.Uri.joinPath(this.extension, 'dist', 'webviews');
    const panel = vscode.window.createWebviewPanel('innereye.runsTable', 'Runs', vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [files],
    });
    this.panel = panel;
    const { webview } = panel;
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
    const changes = this.runs.onDidChange(() => this.sendSoon());
    panel.onDidDispose(() => {
      changes.dispose();
      clearTimeout(this.pending);
      this.pending = undefined;
      this.panel = undefined;
    });
    webview.onDidReceiveMessage(reporting((message: FromRunsTable): unknown => this.receive(message)));
    const nonce = randomBytes(16).toString('hex');
    const sources = { script: file('runs-table.js'), style: file('runs-table.css'), nonce };
    webview.html = runPanelPage({ ...sources, cspSource: webview.cspSource }, 'InnerEye runs');
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private async receive(message: FromRunsTable): Promise<unknown> {
    switch (message.type) {
      case 'ready':
        await this.runs.start();
        return this.send();
      case 'open':
        return this.open(message.folder);
      case 'compare': {
        const selected = message.folders.map(folder => ({ folder }));
        return vscode.commands.executeCommand('innereye.runs.compare', selected[0], selected);
      }
    }
  }

  private sendSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.send();
    }, PAUSE_MILLISECONDS);
  }

  private send(): void {
    const message: ToRunsTable = { type: 'rows', rows: this.runs.all() };
    // A hidden page says that it is ready when it is shown again.
    if (this.panel?.visible) void this.panel.webview.postMessage(message);
  }
}
