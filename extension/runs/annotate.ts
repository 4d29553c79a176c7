import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { noteRun, parseTag, tagRun } from '../../src/runs/run-notes.ts';
import { requireTrust } from '../trust.ts';
import { joinPairs, splitPairs, wrongPairs } from './pairs.ts';
import type { Runs } from './runs.ts';

/** Edits the tags that runs share, in a line; what is taken out of it is taken away from the runs. */
export async function editTags(runs: Runs, rows: readonly RunRow[]): Promise<void> {
  requireTrust();
  const [first] = rows;
  const shared = textsOf(first!.tags).filter(tag => rows.every(({ tags }) => textsOf(tags).includes(tag)));
  const known = new Set(runs.all().flatMap(({ tags }) => textsOf(tags)));
  const text = await vscode.window.showInputBox({
    title: rows.length === 1 ? `Tags of ${first!.name}` : `Tags of ${rows.length} Runs`,
    value: joinPairs(shared),
    placeHolder: 'site=B reader=first',
    prompt: known.size > 0 ? `In use: ${[...known].sort().slice(0, 12).join(', ')}` : 'name=value',
    validateInput: wrongPairs,
  });
  if (text === undefined) return;
  const removed = shared.map(tag => [parseTag(tag)[0], null] as const);
  const tags = Object.fromEntries([...removed, ...splitPairs(text).map(parseTag)]);
  for (const { folder } of rows) {
    await tagRun(folder, tags);
    await runs.read(folder);
  }
}

/** Edits the note of a run. */
export async function editNote(runs: Runs, { folder, name, note }: RunRow): Promise<void> {
  requireTrust();
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
