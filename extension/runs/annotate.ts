import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { noteRun, parseTag, tagRun } from '../../src/runs/run-notes.ts';
import type { Runs } from './runs.ts';

/** Edits the tags of runs: chosen ones are kept, others taken away, a new one may be written. */
export async function editTags(runs: Runs, rows: readonly RunRow[]): Promise<void> {
  const known = new Set(runs.all().flatMap(({ tags }) => textsOf(tags)));
  const picker = vscode.window.createQuickPick();
  const [only] = rows;
  picker.title = rows.length === 1 ? `Tags of ${only!.name}` : `Tags of ${rows.length} Runs`;
  picker.placeholder = 'name=value makes a new tag';
  picker.canSelectMany = true;
  const shared = textsOf(only!.tags).filter(tag => rows.every(({ tags }) => textsOf(tags).includes(tag)));
  const offer = (typed: string) => {
    const selected = new Set(
      picker.items.length > 0 ? picker.selectedItems.map(({ label }) => label) : shared,
    );
    const labels = new Set([...(isTag(typed) ? [typed] : []), ...selected, ...known]);
    if (isTag(typed)) selected.add(typed);
    picker.items = [...labels].map(label => ({ label, alwaysShow: label === typed }));
    picker.selectedItems = picker.items.filter(({ label }) => selected.has(label));
  };
  offer('');
  picker.onDidChangeValue(value => {
    if (isTag(value.trim())) offer(value.trim());
  });
  const chosen = await new Promise<string[] | undefined>(resolve => {
    picker.onDidAccept(() => resolve(picker.selectedItems.map(({ label }) => label)));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  picker.dispose();
  if (!chosen) return;
  for (const { folder, tags } of rows) {
    const removed = textsOf(tags).filter(tag => shared.includes(tag) && !chosen.includes(tag));
    await tagRun(folder, {
      ...Object.fromEntries(removed.map(tag => [parseTag(tag)[0], null])),
      ...Object.fromEntries(chosen.map(parseTag)),
    });
    await runs.read(folder);
  }
}

/** Edits the note of a run. */
export async function editNote(runs: Runs, { folder, name, note }: RunRow): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: `Note on ${name}`,
    value: note,
    prompt: 'Empty takes the note away.',
  });
  if (text === undefined) return;
  await noteRun(folder, text);
  await runs.read(folder);
}

const textsOf = (tags: RunRow['tags']): string[] =>
  Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);

const isTag = (text: string): boolean => /^[^=\s][^=]*=./.test(text);
