import * as vscode from 'vscode';
import { type ListState, ListStateStore } from './list-state.ts';
import type { Runs } from './runs.ts';
import { type RunNode, RunTree } from './tree.ts';

/** The view of the runs, which says how it is filtered and sorted. */
export class RunsView implements vscode.Disposable {
  readonly state: ListStateStore;
  private readonly view: vscode.TreeView<RunNode>;
  private readonly owned: vscode.Disposable;

  constructor(runs: Runs, memory: vscode.Memento) {
    this.state = new ListStateStore(memory);
    const tree = new RunTree(runs, this.state);
    const view = vscode.window.createTreeView('innereye.runs', {
      treeDataProvider: tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.view = view;
    const describe = (state: ListState) => {
      view.description = stateText(state);
      void vscode.commands.executeCommand('setContext', 'innereye.runs.filtered', state.filter !== '');
      void vscode.commands.executeCommand('setContext', 'innereye.runs.grouped', state.grouped);
    };
    describe(this.state.get());
    this.owned = vscode.Disposable.from(this.state, tree, view, this.state.onDidChange(describe));
  }

  /** The nodes that are selected; none where the view is not to be seen. */
  selection(): readonly RunNode[] {
    return this.view.visible ? this.view.selection : [];
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function stateText({ filter, sort }: ListState): string {
  const sorted = sort.key === 'started' && sort.descending ? '' : `by ${sort.key}`;
  return [filter && `“${filter}”`, sorted].filter(Boolean).join(', ');
}
