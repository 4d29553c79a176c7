import * as vscode from 'vscode';
import type { RowStatus, RunRow } from '../../src/contracts/runs-table.ts';
import { filterRows, groupRows, sortRows } from '../../src/runs/arrange-rows.ts';
import { nest } from '../../src/runs/nest-runs.ts';
import { titleOf } from '../../src/runs/run-row.ts';
import { configurationName, descriptionOf, factsOf, spokenText } from './describe.ts';
import type { ListStateStore } from './list-state.ts';
import { contextOf } from './run-context.ts';
import type { Runs } from './runs.ts';

/** A node of the tree; kept over updates, so that one of them can be drawn anew. */
export type RunNode =
  | { readonly kind: 'run'; readonly folder: string }
  | { readonly kind: 'group'; readonly configuration: string; readonly runs: readonly RunNode[] };

const ICONS: Readonly<Record<RowStatus, [icon: string, color: string]>> = {
  running: ['sync~spin', 'charts.blue'],
  completed: ['pass', 'testing.iconPassed'],
  cancelled: ['circle-slash', 'disabledForeground'],
  failed: ['error', 'testing.iconFailed'],
  interrupted: ['debug-disconnect', 'charts.yellow'],
};

/** A job of which no more is known than that it will be at work. */
const WAITING: [icon: string, color: string] = ['cloud', 'charts.blue'];

/** The runs of the workspace, as a list or grouped by configuration. */
export class RunTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<RunNode | undefined>();
  private readonly nodes = new Map<string, RunNode>();
  private readonly subscriptions: readonly vscode.Disposable[];
  private order = '';
  /** As the tree was drawn last. */
  private nested = nest<RunRow>([]);
  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    private readonly runs: Runs,
    private readonly state: ListStateStore,
  ) {
    this.subscriptions = [
      runs.onDidChange(folder => this.changed(folder)),
      state.onDidChange(() => this.changes.fire(undefined)),
    ];
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node?.kind === 'group') return [...node.runs];
    if (node) return this.parts(node.folder);
    await this.runs.start();
    const arranged = this.arranged();
    this.order = orderOf(arranged);
    this.nested = nest(arranged);
    const rows = this.nested.top;
    if (!this.state.get().grouped) return rows.map(row => this.nodeOf(row));
    return [...groupRows(rows)].map(([configuration, members]) => ({
      kind: 'group',
      configuration,
      runs: members.map(row => this.nodeOf(row)),
    }));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node) : this.runItem(node.folder);
  }

  resolveTreeItem(item: vscode.TreeItem, node: RunNode): vscode.TreeItem {
    const row = node.kind === 'run' ? this.runs.get(node.folder) : undefined;
    if (row) item.tooltip = tooltipOf(row);
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changes.dispose();
  }

  /** Draws one node anew, or the whole tree where the change moves it. */
  private changed(folder: string | undefined): void {
    const node = folder === undefined ? undefined : this.nodes.get(folder);
    this.changes.fire(node && orderOf(this.arranged()) === this.order ? node : undefined);
  }

  private arranged(): RunRow[] {
    const { filter, sort } = this.state.get();
    return sortRows(filterRows(this.runs.all(), filter), sort);
  }

  /** The runs that one is made of, in their own order. */
  private parts(folder: string): RunNode[] {
    const rows = this.nested.childrenOf(folder);
    return [...rows].sort((a, b) => a.folder.localeCompare(b.folder)).map(row => this.nodeOf(row));
  }

  private nodeOf({ folder }: RunRow): RunNode {
    const node = this.nodes.get(folder) ?? { kind: 'run', folder };
    this.nodes.set(folder, node);
    return node;
  }

  private runItem(folder: string): vscode.TreeItem {
    const row = this.runs.get(folder);
    const item = new vscode.TreeItem(
      row ? titleOf(row) : folder,
      this.parts(folder).length > 0
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None,
    );
    item.id = folder;
    if (!row) return item;
    const progress = this.runs.progressOf(folder);
    const [icon, color] = row.status === 'running' && row.job && !progress ? WAITING : ICONS[row.status];
    item.description = descriptionOf(row, progress);
    item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
    item.contextValue = contextOf(row);
    item.accessibilityInformation = { label: spokenText(row, progress) };
    item.command = {
      command: 'innereye.openRun',
      title: 'Open Run Panel',
      arguments: [folder, { preserveFocus: true }],
    };
    return item;
  }
}

function groupItem({ configuration, runs }: Extract<RunNode, { kind: 'group' }>): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(configurationName(configuration), state);
  item.id = `configuration:${configuration}`;
  item.description = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  item.iconPath = new vscode.ThemeIcon('settings');
  item.contextValue = 'configuration';
  item.tooltip = configuration;
  return item;
}

function tooltipOf(row: RunRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(row.name);
  for (const [name, value] of factsOf(row)) {
    text.appendMarkdown(`  \n**${name}:** `).appendText(value);
  }
  return text;
}

const orderOf = (rows: readonly RunRow[]): string => rows.map(({ folder }) => folder).join('\n');
