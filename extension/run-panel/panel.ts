import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FromRunPanel, ToRunPanel } from '../../src/contracts/run-panel.ts';
import { nameInFolder } from '../../src/runs/run-folder.ts';
import { reporting } from '../show-fault.ts';
import { runPanelPage } from './page.ts';
import type { RunPanelServices } from './register.ts';
import { RunFeed } from './run-feed.ts';
import { saveExport } from './save-export.ts';
import { showSetting } from './show-setting.ts';

/** A panel and the runs in it. It does not outlive the webview. */
export class RunPanel implements vscode.Disposable {
  private readonly feeds = new Map<string, RunFeed>();
  private ready = false;
  /** Parts that the user does not want to see. */
  private readonly removed = new Set<string>();
  private readonly changes: vscode.Disposable;

  /** @param folders of the runs that it shows at first */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly services: RunPanelServices,
    private readonly folders: string[],
  ) {
    const { webview } = panel;
    const files = vscode.Uri.joinPath(extension, 'dist', 'webviews');
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    webview.onDidReceiveMessage(reporting((message: FromRunPanel): unknown => this.receive(message)));
    webview.html = runPanelPage({
      script: file('run.js'),
      style: file('run.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
    panel.title = titleOf(folders);
    // Folds begin one after the other: each comes into the panel when it has a run.
    this.changes = services.onDidChangeParts(() => this.addParts());
    panel.onDidDispose(() => this.dispose());
    // A hidden page is unloaded, and what is sent to it would pile up; when it is shown again it says that it is ready.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.rest();
    });
  }

  dispose(): void {
    this.changes.dispose();
    this.rest();
  }

  private rest(): void {
    this.ready = false;
    for (const feed of this.feeds.values()) feed.dispose();
    this.feeds.clear();
  }

  private receive(message: FromRunPanel): unknown {
    switch (message.type) {
      case 'ready':
        return this.begin();
      case 'addRun':
        return this.add();
      case 'removeRun':
        return this.remove(message.folder);
      case 'stop':
      case 'resume':
      case 'openReport':
      case 'openFolder':
      case 'openPredictions':
        return vscode.commands.executeCommand(`innereye.runs.${message.type}`, message.folder);
      case 'bringBack':
        return vscode.commands.executeCommand('innereye.azure.bringBack', message.folder);
      case 'openImage':
        return this.services.openImage(join(message.folder, message.path));
      case 'openSetting':
        return showSetting(message.folder, message.path);
      case 'save':
        return saveExport(message.name, message.bytes, this.folders[0]);
    }
  }

  /** The page was loaded, for the first time or again after it was hidden: everything is sent from the start. */
  private begin(): void {
    this.rest();
    this.addParts();
    this.ready = true;
    void this.panel.webview.postMessage({ type: 'begin', folders: this.folders } satisfies ToRunPanel);
    for (const folder of this.folders) this.feed(folder);
  }

  private feed(folder: string): void {
    const send = (message: ToRunPanel) => {
      void this.panel.webview.postMessage(message);
    };
    const feed = new RunFeed(folder, this.services.logFile(folder), send);
    this.feeds.set(folder, feed);
    feed.start();
  }

  private async add(): Promise<void> {
    const folder = await this.services.pickRun(this.folders);
    if (folder !== undefined) this.lay(folder);
  }

  /** The folds of a cross-validation lie over each other in its panel. */
  private addParts(): void {
    const [first] = this.folders;
    if (first === undefined) return;
    for (const part of this.services.partsOf(first)) if (!this.removed.has(part)) this.lay(part);
  }

  private lay(folder: string): void {
    if (this.folders.includes(folder)) return;
    this.folders.push(folder);
    this.panel.title = titleOf(this.folders);
    if (this.ready) this.feed(folder);
  }

  private remove(folder: string): void {
    this.removed.add(folder);
    this.feeds.get(folder)?.dispose();
    this.feeds.delete(folder);
    const at = this.folders.indexOf(folder);
    if (at >= 0) this.folders.splice(at, 1);
    this.panel.title = titleOf(this.folders);
    void this.panel.webview.postMessage({ type: 'removed', folder } satisfies ToRunPanel);
  }
}

function titleOf(folders: readonly string[]): string {
  const [first, ...others] = folders.map(nameInFolder);
  return others.length > 0 ? `${first} + ${others.length}` : (first ?? 'Runs');
}
