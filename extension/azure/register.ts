import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import type { Backend } from '../backend/backend.ts';
import { configurationFor } from '../backend/pick-configuration.ts';
import { type PickOptions, type RunArgument, runFor } from '../runs/pick-run.ts';
import type { Runs } from '../runs/runs.ts';
import type { OpenRun } from '../runs/start-commands.ts';
import { reporting, showFault } from '../show-fault.ts';
import { askFolds } from '../train-commands.ts';
import { requireTrust } from '../trust.ts';
import { AzureBackend } from './azure-backend.ts';
import { JobFollower } from './job-follower.ts';

export interface AzureParts {
  readonly backend: Backend;
  readonly runs: Runs;
  readonly openRun: OpenRun;
}

/** What each command needs, loaded when it is called first. */
const needed = {
  choose: () => import('./choose-workspace.ts'),
  jobs: () => import('./job-commands.ts'),
  models: () => import('./model-commands.ts'),
  signIn: () => import('./sign-in-command.ts'),
  train: () => import('./train-on-azure.ts'),
};

/** Registers what has to do with AzureML, and follows the jobs among the runs. None of it in a folder without trust. */
export function registerAzure({ backend, runs, openRun }: AzureParts): vscode.Disposable {
  const azure = new AzureBackend(backend);
  const signIn = { title: 'Sign In', run: () => vscode.commands.executeCommand('innereye.azure.signIn') };
  const follower = new JobFollower(azure, runs, ({ message, remedy }) =>
    showFault(new Error([`AzureML: ${message}`, remedy].filter(Boolean).join('. ')), signIn),
  );
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(
      `innereye.${name}`,
      reporting((...args: never[]) => {
        requireTrust();
        return run(...args);
      }),
    );
  const forConfiguration = (name: string, run: (configuration: vscode.Uri) => unknown) =>
    command(name, async (argument?: vscode.Uri | string) => {
      const configuration = await configurationFor(argument);
      if (configuration) await run(configuration);
    });
  const forJob = (name: string, options: PickOptions, run: (row: RunRow) => unknown) =>
    command(name, async (argument: RunArgument) => {
      const row = await runFor(runs, argument, options);
      if (row) await run(row);
    });
  const choose = async (configuration: vscode.Uri) =>
    (await needed.choose()).chooseWorkspace(backend, azure, configuration);
  const train = async (configuration: vscode.Uri, options?: readonly string[]) =>
    (await needed.train()).trainOnAzure({ azure, runs, openRun, choose }, configuration, options);

  return vscode.Disposable.from(
    follower,
    forConfiguration('trainOnAzure', configuration => train(configuration)),
    forConfiguration('azure.crossValidate', async configuration => {
      const folds = await askFolds();
      if (folds !== undefined) await train(configuration, ['--cross-validation', String(folds)]);
    }),
    forConfiguration('azure.search', configuration => train(configuration, ['--search'])),
    forConfiguration('azure.chooseWorkspace', async configuration => {
      if (await choose(configuration)) await vscode.window.showTextDocument(configuration);
    }),
    forConfiguration('azure.attach', async configuration =>
      (await needed.jobs()).attachToJob(azure, runs, openRun, configuration),
    ),
    command('azure.signIn', async () => {
      await (await needed.signIn()).signInToAzure(azure);
      follower.again();
    }),
    forJob('azure.cancel', anyJob('Cancel Job', 'No job is at work.', ['running']), async row =>
      (await needed.jobs()).cancelJob(azure, runs, row),
    ),
    forJob('azure.bringBack', anyJob('Bring Back', 'There is no job in this workspace.'), async row =>
      (await needed.jobs()).bringBack(azure, runs, row),
    ),
    forJob('azure.openInStudio', anyJob('Open in Studio', 'There is no job in this workspace.'), async row =>
      (await needed.jobs()).openInStudio(row),
    ),
    forJob('azure.registerModel', anyJob('Register Model', 'No job is complete.', ['completed']), async row =>
      (await needed.models()).registerModel(azure, row),
    ),
    forConfiguration('azure.deployModel', async configuration =>
      (await needed.models()).deployModel(azure, configuration),
    ),
    forConfiguration('azure.deleteEndpoint', async configuration =>
      (await needed.models()).deleteEndpoint(azure, configuration),
    ),
  );
}

/** Runs that are jobs, of these states if any are named. */
const anyJob = (title: string, none: string, states?: readonly RunRow['status'][]): PickOptions => ({
  title,
  none,
  suits: ({ job, status }) => job !== undefined && (states?.includes(status) ?? true),
});
