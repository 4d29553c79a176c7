import * as vscode from 'vscode';
import type { SearchPanelState } from '../../src/contracts/search-panel.ts';

const VIEW_TYPE = 'innereye.search';

/** Panels of searches: one for each. */
export interface SearchPanels extends vscode.Disposable {
  open(folder: string, preserveFocus?: boolean): Promise<void>;
}

/**
 * Makes panels for searches, and brings those of the last session back after a reload of the window.
 * @param onDidChange fired when runs have changed, trials among them
 */
export function registerSearchPanel(extension: vscode.Uri, onDidChange: vscode.Event<unknown>): SearchPanels {
  const panels = new Map<string, vscode.WebviewPanel>();
  const adopt = async (panel: vscode.WebviewPanel, folder: string) => {
    panels.set(folder, panel);
    panel.onDidDispose(() => panels.delete(folder));
    const { showSearch } = await import('./search-panel.ts');
    if (panels.has(folder)) showSearch(panel, folder, extension, onDidChange);
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async (panel, state: SearchPanelState | undefined) => {
      if (state?.folder) await adopt(panel, state.folder);
      else panel.dispose();
    },
  });
  return {
    async open(folder, preserveFocus = false) {
      const open = panels.get(folder);
      if (open) return open.reveal(undefined, preserveFocus);
      const place = { viewColumn: vscode.ViewColumn.Active, preserveFocus };
      const panel = vscode.window.createWebviewPanel(VIEW_TYPE, 'Search', place, { enableScripts: true });
      await adopt(panel, folder);
    },
    dispose: () => serializer.dispose(),
  };
}
