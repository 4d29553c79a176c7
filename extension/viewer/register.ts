import * as vscode from 'vscode';
import { findProgram } from '../backend/program.ts';
import { runProgram } from '../backend/run-program.ts';
import { folderOf, type RunArgument } from '../runs/pick-run.ts';
import { reporting } from '../show-fault.ts';
import { DeskFolders } from './desk-folders.ts';
import type { ScenePlan } from './scene-plan.ts';
import type { ViewerPanel, ViewerServices } from './viewer-panel.ts';
import { VOLUME_FILTER } from './volume-filter.ts';

const EDITOR = 'innereye.volume';
const PANEL = 'innereye.viewer';

/** Loaded when the first volume is opened: the extension starts without it. */
const plans = () => import('./scene-plan.ts');

/** What other parts of the extension may show. */
export interface Viewer extends vscode.Disposable {
  /** What runs predicted of a subject (default: the first one of the test split), side by side. */
  openPredictions(runs: readonly string[], subject?: string): Promise<void>;
}

/**
 * Registers the editor for volumes and its commands.
 * @param pickRun asks for a run where a command was not called on one
 */
export function registerViewer(
  context: vscode.ExtensionContext,
  pickRun: (argument: RunArgument) => Promise<string | undefined>,
): Viewer {
  const panels = new Set<ViewerPanel>();
  const { fsPath: storage } = context.storageUri ?? context.globalStorageUri;
  const folders = new DeskFolders(storage);
  // What a window left behind that did not end as it should: it may show patients.
  void folders.sweep();
  const services: ViewerServices = {
    newFolder: () => folders.next(),
    extension: context.extensionUri,
    // Reading a volume runs nothing of the workspace, so it needs no trust; nor does it take the workspace's Node.
    run: (args, signal) =>
      runProgram(findProgram(context.extensionPath, { nodePath: '', tensorflowLibrary: '' }), args, {
        signal,
      }),
  };
  const adopt = async (
    panel: vscode.WebviewPanel,
    files: readonly string[],
    plan: (subject?: string) => Promise<ScenePlan>,
  ) => {
    const { ViewerPanel } = await import('./viewer-panel.ts');
    const made = new ViewerPanel(panel, services, files, plan);
    panels.add(made);
    panel.onDidDispose(() => panels.delete(made));
  };
  const open = (title: string, files: readonly string[], plan: (subject?: string) => Promise<ScenePlan>) =>
    adopt(
      vscode.window.createWebviewPanel(PANEL, title, vscode.ViewColumn.Active, {
        retainContextWhenHidden: true,
      }),
      files,
      plan,
    );
  const openPredictions = (runs: readonly string[], subject?: string) =>
    open('Predictions', runs, async another => (await plans()).planRuns(runs, another ?? subject));

  const editor: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => {} }),
    resolveCustomEditor: ({ uri }, panel) => {
      const { fsPath } = uri;
      return adopt(panel, [fsPath], another => planAnother(fsPath, another));
    },
  };
  const command = <A extends readonly unknown[]>(name: string, run: (...args: A) => unknown) =>
    vscode.commands.registerCommand(`innereye.${name}`, reporting(run));

  const parts = [
    vscode.window.registerCustomEditorProvider(EDITOR, editor, {
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    command('openVolume', async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const uris =
        selected && selected.length > 1 ? selected : await chosenVolumes(uri, 'Open in the viewer');
      const files = uris.map(({ fsPath }) => fsPath);
      if (files.length > 1)
        await open(`${files.length} volumes`, files, async () => (await plans()).planSideBySide(files));
      else if (uris[0]) await vscode.commands.executeCommand('vscode.openWith', uris[0], EDITOR);
    }),
    command('overlayVolumes', async (uri?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const files = (
        selected && selected.length > 0 ? [...selected] : await chosenVolumes(uri, 'Lay over')
      ).map(({ fsPath }) => fsPath);
      if (files.length > 1)
        return open(`${files.length} volumes`, files, async () => (await plans()).planOverlay(files));
      if (files.length === 0) return undefined;
      const shown = [...panels].filter(panel => panel.visible);
      const over = shown.find(panel => panel.active) ?? shown[0];
      if (over) return over.overlay(files);
      const scan = await vscode.window.showOpenDialog({
        title: 'The scan to lay it over',
        filters: VOLUME_FILTER,
      });
      const both = [...(scan ?? []).map(({ fsPath }) => fsPath), ...files];
      return both.length > 1
        ? open('2 volumes', both, async () => (await plans()).planOverlay(both))
        : undefined;
    }),
    command('runs.openPredictions', async (argument: RunArgument, selected?: readonly RunArgument[]) => {
      const several = (selected ?? []).map(folderOf).filter(folder => folder !== undefined);
      if (several.length > 1) return openPredictions(several);
      const run = await pickRun(argument);
      return run === undefined ? undefined : openPredictions([run]);
    }),
  ];
  return { openPredictions, dispose: () => vscode.Disposable.from(...parts).dispose() };
}

/** A file; where it is a run's prediction, the user may go on to the run's other subjects. */
async function planAnother(file: string, subject: string | undefined): Promise<ScenePlan> {
  const { planFile } = await plans();
  if (subject === undefined) return planFile(file);
  // Predictions of one split or validation lie side by side, in folders named by subject.
  const [name, , ...above] = file.split(/[\\/]/).reverse();
  return planFile([...above.reverse(), subject, name].join('/'));
}

async function chosenVolumes(uri: vscode.Uri | undefined, title: string): Promise<readonly vscode.Uri[]> {
  if (uri instanceof vscode.Uri) return [uri];
  return (await vscode.window.showOpenDialog({ title, canSelectMany: true, filters: VOLUME_FILTER })) ?? [];
}
