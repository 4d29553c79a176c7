import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { ViewerState } from '../../src/contracts/viewer.ts';
import { findProgram } from '../backend/program.ts';
import { runProgram } from '../backend/run-program.ts';
import { folderOf, type RunArgument } from '../runs/pick-run.ts';
import { reporting } from '../show-fault.ts';
import { DeskFolders } from './desk-folders.ts';
import { Drawings } from './drawings.ts';
import { offerDrawings, offerLeftDrawings } from './offer-drawings.ts';
import type { ViewerPanel, ViewerServices } from './viewer-panel.ts';
import { VOLUME_FILTER } from './volume-filter.ts';

const EDITOR = 'innereye.volume';
const PANEL = 'innereye.viewer';

/**
 * Registers the editor for volumes and its commands.
 * @param pickRun asks for a run where a command was not called on one
 */
export function registerViewer(
  context: vscode.ExtensionContext,
  pickRun: (argument: RunArgument) => Promise<string | undefined>,
): vscode.Disposable {
  const panels = new Set<ViewerPanel>();
  const { fsPath: storage } = context.storageUri ?? context.globalStorageUri;
  const folders = new DeskFolders(storage);
  // What a window left behind that did not end as it should: it may show patients.
  void folders.sweep();
  const drawings = new Drawings(join(storage, 'drawings'));
  const adopt = async (panel: vscode.WebviewPanel, state: ViewerState) => {
    const { ViewerPanel } = await import('./viewer-panel.ts');
    const made = new ViewerPanel(panel, services, state);
    panels.add(made);
    panel.onDidDispose(() => panels.delete(made));
  };
  const open = (title: string, state: ViewerState) =>
    adopt(
      vscode.window.createWebviewPanel(PANEL, title, vscode.ViewColumn.Active, {
        retainContextWhenHidden: true,
      }),
      state,
    );
  const reopen = (state: ViewerState) =>
    state.source.kind === 'file' && state.subject === undefined
      ? vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(state.source.file), EDITOR)
      : open('Viewer', state);
  const services: ViewerServices = {
    newFolder: () => folders.next(),
    extension: context.extensionUri,
    drawings,
    // Loaded when the first volume is opened: the extension starts without it.
    plan: async state => (await import('./scene-plan.ts')).planScene(state),
    left: found => void offerDrawings(drawings, found, reopen),
    // Reading a volume runs nothing of the workspace, so it needs no trust; nor does it take the workspace's Node.
    run: (args, signal) =>
      runProgram(findProgram(context.extensionPath, { nodePath: '', tensorflowLibrary: '' }), args, {
        signal,
      }),
  };
  const openPredictions = (runs: readonly string[], subject?: string) =>
    open('Predictions', { source: { kind: 'runs', runs }, ...(subject !== undefined && { subject }) });
  void offerLeftDrawings(drawings, EDITOR, PANEL, reopen);

  const editor: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => {} }),
    resolveCustomEditor: ({ uri }, panel) => adopt(panel, { source: { kind: 'file', file: uri.fsPath } }),
  };
  const command = <A extends readonly unknown[]>(name: string, run: (...args: A) => unknown) =>
    vscode.commands.registerCommand(`innereye.${name}`, reporting(run));

  const parts = [
    vscode.window.registerCustomEditorProvider(EDITOR, editor, {
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.window.registerWebviewPanelSerializer(PANEL, {
      async deserializeWebviewPanel(panel, state: ViewerState | undefined) {
        if (state?.source) await adopt(panel, state);
        else panel.dispose();
      },
    }),
    command('openVolume', async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const uris =
        selected && selected.length > 1 ? selected : await chosenVolumes(uri, 'Open in the viewer');
      const files = uris.map(({ fsPath }) => fsPath);
      const [first] = files;
      if (files.length === 1 && (await isFolder(first!))) {
        const { pickSeries } = await import('./pick-series.ts');
        const series = await pickSeries(first!);
        if (series) await open(series.name, { source: { kind: 'series', folder: first!, ...series } });
      } else if (files.length > 1) await open(titleOf(files), { source: { kind: 'sideBySide', files } });
      else if (uris[0]) await vscode.commands.executeCommand('vscode.openWith', uris[0], EDITOR);
    }),
    command('overlayVolumes', async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const files = (
        selected && selected.length > 0 ? [...selected] : await chosenVolumes(uri, 'Lay over')
      ).map(({ fsPath }) => fsPath);
      if (files.length > 1) return open(titleOf(files), { source: { kind: 'overlay', files } });
      if (files.length === 0) return undefined;
      const shown = [...panels].filter(panel => panel.visible);
      const over = shown.find(panel => panel.active) ?? shown[0];
      if (over) return over.overlay(files);
      const scan = await vscode.window.showOpenDialog({
        title: 'The scan to lay it over',
        filters: VOLUME_FILTER,
      });
      const both = [...(scan ?? []).map(({ fsPath }) => fsPath), ...files];
      return both.length > 1 ? open(titleOf(both), { source: { kind: 'overlay', files: both } }) : undefined;
    }),
    command(
      'runs.openPredictions',
      async (argument: RunArgument, selected?: readonly RunArgument[], subject?: string) => {
        const several = (selected ?? []).map(folderOf).filter(folder => folder !== undefined);
        if (several.length > 1) return openPredictions(several, subject);
        const run = await pickRun(argument);
        return run === undefined ? undefined : openPredictions([run], subject);
      },
    ),
  ];
  return vscode.Disposable.from(...parts);
}

/** Until the scene is known, which may have a better one. */
const titleOf = (files: readonly string[]): string => files.map(file => basename(file)).join(' | ');

const isFolder = async (file: string): Promise<boolean> =>
  ((await vscode.workspace.fs.stat(vscode.Uri.file(file))).type & vscode.FileType.Directory) !== 0;

async function chosenVolumes(uri: vscode.Uri | undefined, title: string): Promise<readonly vscode.Uri[]> {
  if (uri instanceof vscode.Uri) return [uri];
  return (await vscode.window.showOpenDialog({ title, canSelectMany: true, filters: VOLUME_FILTER })) ?? [];
}
