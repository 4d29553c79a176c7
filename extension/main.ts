// Composition root of the extension: makes its parts, hands them to each other, and owns them.
import * as vscode from 'vscode';
import { registerAzure } from './azure/register.ts';
import { Backend } from './backend/backend.ts';
import { registerComparisons } from './comparison/register.ts';
import { registerDebugger } from './debug/register.ts';
import { registerDeployment } from './deployment/register.ts';
import { startLanguage } from './language/language.ts';
import { registerOpenRun } from './run-panel/open-run.ts';
import { isHere, registerRunCommands } from './runs/commands.ts';
import { folderOf, pickRun } from './runs/pick-run.ts';
import { Runs } from './runs/runs.ts';
import { RunsTablePanel } from './runs/table.ts';
import { RunsView } from './runs/view.ts';
import { showRunning } from './status/status-bar.ts';
import { tellOfEnds } from './status/tell-end.ts';
import { Tasks } from './tasks/task-provider.ts';
import { registerTrainCommands } from './train-commands.ts';
import { registerViewer } from './viewer/register.ts';
import { continueWalkthrough } from './walkthrough/example.ts';

/** Makes everything anew in each window; VS Code disposes what is tracked when the extension ends. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  own(startLanguage(context));
  const openRun = (folder: string) => vscode.commands.executeCommand('innereye.openRun', folder);
  const backend = new Backend(context);
  const runs = own(new Runs());
  const view = own(new RunsView(runs, context.workspaceState));
  const predicted = {
    title: 'Look at Predictions',
    none: 'No run of this workspace has predicted anything yet.',
    suits: isHere,
  };
  own(
    registerViewer(context, async argument => folderOf(argument) ?? (await pickRun(runs, predicted))?.folder),
  );
  own(
    registerOpenRun(context, {
      backend,
      runs,
      openImage: file => vscode.commands.executeCommand('innereye.openVolume', vscode.Uri.file(file)),
    }),
  );
  const table = own(new RunsTablePanel(context.extensionUri, runs, openRun));
  const comparisons = own(registerComparisons(context.extensionUri, backend, openRun));
  own(registerRunCommands({ backend, runs, view, table, openRun, comparisons }));
  own(
    registerTrainCommands({
      backend,
      runs,
      memory: context.workspaceState,
      globalMemory: context.globalState,
      openRun,
    }),
  );
  own(registerAzure({ backend, runs, openRun }));
  own(registerDeployment({ backend, runs }));
  own(showRunning(runs));
  own(tellOfEnds(runs));
  own(new Tasks(backend).register());
  own(registerDebugger(backend));
  own(
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('innereye.outputFolder')) void runs.refresh();
    }),
  );
  own(vscode.workspace.onDidChangeWorkspaceFolders(() => runs.refresh()));
  // Trainings go on without the editor: a new window shows those that it finds.
  void runs.start();
  void continueWalkthrough(context.globalState, () =>
    backend.run(['engine', 'path']).then(
      () => true,
      () => false,
    ),
  );
}

export function deactivate(): void {}
