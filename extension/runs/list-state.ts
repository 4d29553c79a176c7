import * as vscode from 'vscode';
import { SORT_KEYS, type SortOrder } from '../../src/contracts/runs-table.ts';
import { filterProblem, NEWEST_FIRST } from '../../src/runs/arrange-rows.ts';

/** How the list of runs is shown; kept with the workspace. */
export interface ListState {
  readonly filter: string;
  readonly sort: SortOrder;
  readonly grouped: boolean;
}

const KEY = 'innereye.runs';
const INITIAL: ListState = { filter: '', sort: NEWEST_FIRST, grouped: false };

/** Reads and changes how the list is shown. */
export class ListStateStore implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<ListState>();
  readonly onDidChange = this.changes.event;

  constructor(private readonly memento: vscode.Memento) {}

  get(): ListState {
    return { ...INITIAL, ...this.memento.get<Partial<ListState>>(KEY) };
  }

  async set(changed: Partial<ListState>): Promise<void> {
    await this.memento.update(KEY, { ...this.get(), ...changed });
    this.changes.fire(this.get());
  }

  dispose(): void {
    this.changes.dispose();
  }
}

/** Asks for a filter; it takes effect while it is typed. */
export async function askFilter(store: ListStateStore): Promise<void> {
  const before = store.get().filter;
  const box = vscode.window.createInputBox();
  box.title = 'Filter Runs';
  box.value = before;
  box.placeholder = 'words of name, status, tag or note; dice>0.8';
  box.prompt = 'Empty shows all runs. Press Escape to go back to the filter that was.';
  box.validationMessage = filterProblem(before);
  const filter = await new Promise<string>(resolve => {
    box.onDidChangeValue(value => {
      box.validationMessage = filterProblem(value);
      void store.set({ filter: value });
    });
    box.onDidAccept(() => resolve(box.value));
    box.onDidHide(() => resolve(before));
    box.show();
  });
  box.dispose();
  await store.set({ filter });
}

const SORT_NAMES = {
  started: 'Start',
  name: 'Name',
  status: 'Status',
  score: 'Score',
  duration: 'Duration',
} as const;

/** Asks what to sort by. */
export async function askSort(store: ListStateStore): Promise<void> {
  const { sort } = store.get();
  const items = SORT_KEYS.flatMap(key =>
    [true, false].map(descending => ({
      label: SORT_NAMES[key],
      description: directionText(key === 'started', descending),
      picked: key === sort.key && descending === sort.descending,
      order: { key, descending },
    })),
  );
  const now = items.find(({ picked }) => picked);
  const title = `Sort Runs (now ${now?.label}, ${now?.description})`;
  const chosen = await vscode.window.showQuickPick(items, { title });
  if (chosen) await store.set({ sort: chosen.order });
}

function directionText(isTime: boolean, descending: boolean): string {
  if (isTime) return descending ? 'newest first' : 'oldest first';
  return descending ? 'descending' : 'ascending';
}
