import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { baseFolder, outputFolder } from '../backend/backend.ts';
import type { Runs } from '../runs/runs.ts';
import type { OpenRun } from '../runs/start-commands.ts';
import type { AzureBackend } from './azure-backend.ts';

/** Ends a job, when the user has confirmed it: hours of a cluster may hang on a click. */
export async function cancelJob(azure: AzureBackend, runs: Runs, row: RunRow): Promise<void> {
  const cancel = 'Cancel the Job';
  const detail = 'Its checkpoints stay in the datastore. A cancelled job does not go on.';
  const question = `Cancel the job of ${row.name} on AzureML?`;
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, cancel);
  if (chosen !== cancel) return;
  await azure.run(['cancel', row.folder], { scope: scopeOf(row), title: `Cancelling ${row.name}` });
  await runs.read(row.folder);
}

/** Brings the results of a job into its run folder; what was brought before is not brought again. */
export async function bringBack(azure: AzureBackend, runs: Runs, row: RunRow): Promise<void> {
  const said = await azure.run(['download', row.folder], {
    scope: scopeOf(row),
    title: `Bringing back ${row.name}`,
  });
  const now = await runs.read(row.folder);
  const look = 'Look at Predictions';
  const offered = now?.status === 'completed' ? [look] : [];
  const message = `${row.name}: ${
    said
      .split('\n')
      .at(-1)
      ?.replace(/ into .*/, '') || 'brought'
  }.`;
  if ((await vscode.window.showInformationMessage(message, ...offered)) === look)
    await vscode.commands.executeCommand('innereye.runs.openPredictions', row.folder);
}

/** Shows the job's page in Azure Machine Learning studio. @throws Fault where the service told none. */
export async function openInStudio({ name, job }: RunRow): Promise<void> {
  const page = job?.page;
  if (!page || !/^https:\/\//.test(page)) {
    throw new Fault(`the page of ${name} in the studio is not known yet`, {
      remedy: 'It is told when the job is followed; try again in a moment.',
    });
  }
  await vscode.env.openExternal(vscode.Uri.parse(page, true));
}

interface ListedJob {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly displayName: string;
  readonly createdAt?: string;
  readonly createdBy?: string;
  readonly cluster?: string;
}

/** Offers the jobs of the workspace that a configuration names, and makes a run of the one that is chosen. */
export async function attachToJob(
  azure: AzureBackend,
  runs: Runs,
  openRun: OpenRun,
  configuration: vscode.Uri,
): Promise<void> {
  const options = { scope: configuration, cwd: baseFolder(configuration) };
  const of = ['--config', configuration.fsPath];
  const jobs = await azure.ask<ListedJob[]>(['list', ...of, '--limit', '50'], {
    ...options,
    title: 'Listing jobs',
  });
  if (jobs.length === 0) {
    void vscode.window.showInformationMessage('There are no jobs in the workspace yet.');
    return;
  }
  const items = jobs.map(job => ({
    label: job.displayName,
    description: [job.status, job.createdBy].filter(Boolean).join(', '),
    detail: [job.name, job.cluster, job.createdAt && new Date(job.createdAt).toLocaleString()]
      .filter(Boolean)
      .join(' · '),
    job: job.name,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Attach to a Job',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  const outputs = outputFolder(configuration);
  const { run } = await azure.ask<{ readonly run: string }>(
    ['attach', chosen.job, ...of, '--output', outputs],
    { ...options, title: `Attaching to ${chosen.label}` },
  );
  await runs.read(run);
  await openRun(run);
}

/** A run's folder has the settings of its place; a colleague's job has no configuration here. */
export const scopeOf = ({ configuration, folder }: RunRow): vscode.Uri =>
  vscode.Uri.file(configuration === '' ? dirname(folder) : configuration);
