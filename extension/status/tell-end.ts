import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { durationText } from '../../src/runs/duration.ts';
import { scoreText } from '../../src/runs/run-row.ts';
import type { Runs } from '../runs/runs.ts';

/** Tells of trainings that have ended, with the way to what they left. Those that a user stopped need no word. */
export function tellOfEnds(runs: Runs): vscode.Disposable {
  return runs.onDidEnd(row => {
    // Of the runs that one is made of, it tells itself.
    if (row.parent !== undefined) return;
    if (row.status === 'completed')
      void tell(row, completedText(row), [row.job && !row.job.brought ? 'bringBack' : 'openPredictions']);
    else if (row.status === 'failed') void tell(row, `${row.name} failed: ${row.error}`, ['showLog']);
    else if (row.status === 'interrupted')
      void tell(row, `${row.name} was interrupted: its process is gone.`, ['resume', 'showLog']);
  });
}

const TITLES = {
  openPredictions: 'Look at Predictions',
  bringBack: 'Bring Back Results',
  showLog: 'Show Log',
  resume: 'Resume',
} as const;

/** Which commands it is one of, where not those of runs. */
const GROUPS: Partial<Record<keyof typeof TITLES, string>> = { bringBack: 'azure' };

async function tell(
  { folder, status }: RunRow,
  text: string,
  actions: readonly (keyof typeof TITLES)[],
): Promise<void> {
  const titles = actions.map(action => TITLES[action]);
  const chosen = await (status === 'completed'
    ? vscode.window.showInformationMessage(text, ...titles)
    : vscode.window.showErrorMessage(text, ...titles));
  const action = actions.find(name => TITLES[name] === chosen);
  if (action) await vscode.commands.executeCommand(`innereye.${GROUPS[action] ?? 'runs'}.${action}`, folder);
}

/** Short, as it lies over the status lines of viewers for a while. */
function completedText({ name, score, seconds }: RunRow): string {
  const facts = [score && scoreText(score), seconds === undefined ? undefined : durationText(seconds)];
  return `${name} is trained: ${facts.filter(Boolean).join(', ') || 'complete'}.`;
}
