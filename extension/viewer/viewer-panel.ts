import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { FromViewer, SceneVolume, ToViewer, ViewerState } from '../../src/contracts/viewer.ts';
import { Fault, Faults } from '../../src/foundation/fault.ts';
import { Desk, type DeskServices } from './desk.ts';
import type { Drawings, KeptDrawing } from './drawings.ts';
import { viewerPage } from './page.ts';
import { saveVolume } from './save-volume.ts';
import { filesOf, type ScenePlan, type WantedVolume, wantFile } from './scene-plan.ts';
import { VOLUME_FILTER } from './volume-filter.ts';

/** What the viewer needs of the rest of the extension. */
export interface ViewerServices {
  readonly extension: vscode.Uri;
  /** A folder for what a panel makes; it need not be there. */
  newFolder(): string;
  readonly drawings: Drawings;
  /** What a panel is to show. @throws Fault where there is nothing to show */
  plan(state: ViewerState): Promise<ScenePlan>;
  /** Runs the command line. @throws Fault with what it says where it fails */
  run(args: readonly string[], signal: AbortSignal): Promise<unknown>;
  /** A panel was closed with drawings that are not saved. */
  left(drawings: readonly KeptDrawing[]): void;
}

/** A webview with the viewer in it. It does not outlive the webview. */
export class ViewerPanel {
  private readonly folder: string;
  private readonly deskServices: DeskServices;
  /** Of the scene that is shown, or being made. */
  private desk: Desk;
  private scenes = 0;
  private plan: ScenePlan | undefined;
  /** Drawings of this panel that are not saved, by their ids. */
  private readonly unsaved = new Map<string, KeptDrawing>();

  /** @param state what it shows, and of which subject */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: ViewerServices,
    private state: ViewerState,
  ) {
    const { webview } = panel;
    const scripts = vscode.Uri.joinPath(services.extension, 'dist', 'webviews');
    this.folder = services.newFolder();
    const roots = [
      scripts,
      ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri),
      ...[...filesOf(state.source).map(dirname), this.folder, services.drawings.folder].map(folder =>
        vscode.Uri.file(folder),
      ),
    ];
    webview.options = { enableScripts: true, localResourceRoots: roots };
    const url = (uri: vscode.Uri) => webview.asWebviewUri(uri).toString();
    this.deskServices = {
      reaches: file => roots.some(root => root.scheme === 'file' && isInside(file, root.fsPath)),
      url: file => url(vscode.Uri.file(file)),
      run: (args, signal) => services.run(args, signal),
      progress: message => this.send({ type: 'progress', message }),
    };
    this.desk = this.newDesk();
    panel.onDidDispose(() => this.close());
    webview.onDidReceiveMessage((message: FromViewer) => this.reporting(() => this.receive(message)));
    webview.html = viewerPage({
      script: url(vscode.Uri.joinPath(scripts, 'viewer.js')),
      style: url(vscode.Uri.joinPath(scripts, 'viewer.css')),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  get active(): boolean {
    return this.panel.active;
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Lays files over what is shown. */
  overlay(files: readonly string[]): Promise<void> {
    return this.reporting(async () => {
      for (const wanted of await Promise.all(files.map(wantFile))) await this.add(wanted, undefined);
    });
  }

  private receive(message: FromViewer): unknown {
    switch (message.type) {
      case 'ready':
        return this.show();
      case 'showSubject':
        return this.show(message.id);
      case 'addOverlay':
        return this.askOverlay();
      case 'dropped':
        return this.overlay(message.uris.map(uri => vscode.Uri.parse(uri).fsPath));
      case 'save':
        return this.save(message);
      case 'drawn':
        return this.keep(message);
      case 'discard':
        return this.discard(message.id, message.name);
    }
  }

  /** What can be fetched as it is, is shown at once; what must be made follows. */
  private async show(subject = this.state.subject): Promise<void> {
    void this.desk.clear();
    const desk = this.newDesk();
    this.desk = desk;
    const state: ViewerState = { source: this.state.source, ...(subject !== undefined && { subject }) };
    this.state = state;
    const plan = await this.services.plan(state);
    // The user may have gone on to another subject.
    if (desk.isCleared) return;
    this.plan = plan;
    const views = await Promise.all(
      plan.views.map(async ({ title, volumes }) => ({
        title,
        volumes: await Promise.all(
          volumes.filter(each => desk.isReady(each)).map(each => desk.prepare(each)),
        ),
      })),
    );
    const { title, subjects } = plan;
    this.send({ type: 'scene', scene: { title, views, state, ...(subjects && { subjects }) } });
    // A file's tab has its name.
    if (state.source.kind !== 'file') this.panel.title = title;
    for (const [view, { volumes }] of plan.views.entries()) {
      for (const wanted of volumes.filter(each => !desk.isReady(each))) {
        const made = await desk.prepare(wanted);
        this.send({ type: 'overlay', volume: made, view });
      }
    }
    await this.showKept(plan, desk);
  }

  private newDesk(): Desk {
    return new Desk(this.deskServices, join(this.folder, String(++this.scenes)));
  }

  /** Lays drawings that were not saved the last time over the scans that they were drawn on. */
  private async showKept(plan: ScenePlan, desk: Desk): Promise<void> {
    const { drawings } = this.services;
    // Those of another subject are left to be found when it is shown again.
    drawings.release(this.unsaved.keys());
    this.unsaved.clear();
    for (const [view, { volumes }] of plan.views.entries()) {
      const scan = volumes[0]?.file;
      if (scan === undefined) continue;
      for (const kept of await drawings.takeOver(scan)) {
        this.unsaved.set(kept.id, kept);
        this.send({ type: 'overlay', volume: desk.drawing(kept, drawings.voxels(kept.id)), view });
      }
    }
  }

  private async keep({ drawing, bytes }: Extract<FromViewer, { type: 'drawn' }>): Promise<void> {
    const kept = { ...drawing, state: this.state };
    this.unsaved.set(kept.id, kept);
    await this.services.drawings.keep(kept, bytes);
  }

  private async forget(id: string): Promise<void> {
    this.unsaved.delete(id);
    await this.services.drawings.forget(id);
  }

  private async discard(id: string, name: string): Promise<void> {
    const discard = 'Discard';
    const options = { modal: true, detail: 'It was not saved.' };
    if (
      (await vscode.window.showWarningMessage(`Discard the drawing “${name}”?`, options, discard)) !== discard
    )
      return;
    await this.forget(id);
    this.send({ type: 'discarded', id });
  }

  private async add(wanted: WantedVolume, view: number | undefined): Promise<void> {
    const volume: SceneVolume = await this.desk.prepare(wanted);
    this.send({ type: 'overlay', volume, ...(view !== undefined && { view }) });
  }

  private async askOverlay(): Promise<void> {
    const file = this.plan?.views[0]?.volumes[0]?.file;
    const chosen = await vscode.window.showOpenDialog({
      title: 'Lay over it',
      canSelectMany: true,
      filters: { ...VOLUME_FILTER, 'All files': ['*'] },
      ...(file && { defaultUri: vscode.Uri.file(dirname(file)) }),
    });
    if (chosen) await this.overlay(chosen.map(({ fsPath }) => fsPath));
  }

  private async save(message: Extract<FromViewer, { type: 'save' }>): Promise<void> {
    const beside = this.plan?.views[0]?.volumes[0]?.file;
    if (!(await saveVolume(message, beside))) return;
    if (message.kind === 'labels') await this.forget(message.id);
    this.send({ type: 'saved', id: message.id });
  }

  private send(message: ToViewer): void {
    void this.panel.webview.postMessage(message);
  }

  private async close(): Promise<void> {
    const { drawings, left } = this.services;
    drawings.release(this.unsaved.keys());
    if (this.unsaved.size > 0) left([...this.unsaved.values()]);
    await this.desk.clear();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Faults are shown in the page, where the user looks. */
  private async reporting(run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      const fault = error instanceof Faults ? error.faults[0]! : error;
      if (fault instanceof Error && fault.name === 'AbortError') return;
      const message = fault instanceof Error ? fault.message : String(fault);
      const remedy = fault instanceof Fault ? fault.remedy : undefined;
      this.send({ type: 'fault', message, ...(remedy && { remedy }) });
    }
  }
}

function isInside(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
