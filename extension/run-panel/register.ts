import * as vscode from 'vscode';
import type { RunPanelState } from '../../src/contracts/run-panel.ts';

/** What the panel needs of the rest of the extension. */
export interface RunPanelServices {
  /** Asks for a run beside those that are open; undefined where the user cancels. */
  pickRun(open: readonly string[]): Promise<string | undefined>;
  /** The runs whose curves belong to a run, as those of its folds; fired where there may be more of them. */
  partsOf(folder: string): readonly string[];
  readonly onDidChangeParts: vscode.Event<unknown>;
  /** Where the output of a run's backend lies, if it was kept. */
  logFile(folder: string): string;
  /** Shows a predicted label map over the scan of its subject. */
  openImage(file: string): unknown;
}

export interface RunPanels extends vscode.Disposable {
  /** Shows a run in its panel, which is made where there is none. */
  open(folder: string, preserveFocus?: boolean): Promise<void>;
}

const VIEW_TYPE = 'innereye.run';

/** Makes panels for runs, and brings those of the last session back after a reload of the window. */
export function registerRunPanel(context: vscode.ExtensionContext, services: RunPanelServices): RunPanels {
  /** Panels with the runs in them, which the panel changes; entered before what draws them is loaded. */
  const panels = new Map<vscode.WebviewPanel, string[]>();
  const adopt = async (panel: vscode.WebviewPanel, folders: string[]) => {
    panels.set(panel, folders);
    panel.onDidDispose(() => panels.delete(panel));
    const { RunPanel } = await import('./panel.ts');
    // It may have been closed meanwhile.
    if (panels.has(panel)) new RunPanel(panel, context.extensionUri, services, folders);
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: (panel, state: RunPanelState | undefined) =>
      adopt(panel, [...(state?.folders ?? [])]),
  });
  return {
    async open(folder, preserveFocus = false) {
      const open = [...panels].find(([, folders]) => folders[0] === folder);
      if (open) return open[0].reveal(undefined, preserveFocus);
      // The page reads its run again when it is shown after it was hidden; that is quick, and costs no memory meanwhile.
      const panel = vscode.window.createWebviewPanel(
        VIEW_TYPE,
        'Run',
        { viewColumn: vscode.ViewColumn.Active, preserveFocus },
        { enableScripts: true },
      );
      await adopt(panel, [folder]);
    },
    dispose: () => serializer.dispose(),
  };
}
