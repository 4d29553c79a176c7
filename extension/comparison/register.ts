import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ComparisonState } from '../../src/contracts/comparison.ts';
import type { Backend } from '../backend/backend.ts';
import type { OpenRun } from '../runs/start-commands.ts';

const VIEW_TYPE = 'innereye.comparison';

/** Panels that show in what runs differ. */
export interface Comparisons extends vscode.Disposable {
  /** @param folders of runs, which are compared with the first of them */
  show(folders: readonly string[]): Promise<void>;
}

/** Makes panels of comparisons, and brings those of the last session back after a reload of the window. */
export function registerComparisons(extension: vscode.Uri, backend: Backend, openRun: OpenRun): Comparisons {
  const fill = async (panel: vscode.WebviewPanel, folders: readonly string[]) => {
    const { showComparison } = await import('./comparison-panel.ts');
    showComparison(panel, folders, { extension, backend, openRun });
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async (panel, state: ComparisonState | undefined) => {
      if (state?.folders && state.folders.length > 1) await fill(panel, state.folders);
      else panel.dispose();
    },
  });
  return {
    show: folders => {
      const title = `Comparison of Runs: ${folders.map(folder => basename(folder)).join(', ')}`;
      const options = { enableScripts: true };
      return fill(
        vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Active, options),
        folders,
      );
    },
    dispose: () => serializer.dispose(),
  };
}
