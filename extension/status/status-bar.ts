import * as vscode from 'vscode';
import { nest } from '../../src/runs/nest-runs.ts';
import { descriptionOf, progressText } from '../runs/describe.ts';
import type { Runs } from '../runs/runs.ts';

/** What is running, in the status bar; a click shows it. */
export function showRunning(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('innereye.running', vscode.StatusBarAlignment.Left);
  item.name = 'InnerEye: Running Trainings';
  const update = () => {
    // Those that one is made of go with it.
    const running = nest(runs.running()).top;
    if (running.length === 0) return item.hide();
    const [first] = running;
    const progress = runs.progressOf(first!.folder);
    const only = running.length === 1;
    item.text = only
      ? `$(sync~spin) ${first!.name}: ${progressText(first!, progress)}`
      : `$(sync~spin) ${running.length} trainings`;
    item.tooltip = running
      .map(row => `${row.name}: ${descriptionOf(row, runs.progressOf(row.folder))}`)
      .join('\n');
    item.command = {
      command: 'innereye.openRun',
      title: 'Open Run Panel',
      ...(only && { arguments: [first!.folder] }),
    };
    item.accessibilityInformation = { label: `InnerEye, ${item.text.replace('$(sync~spin) ', '')}` };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, runs.onDidChange(update));
}
